internal import Hashing

/// The digest by which a statement is told from another.
public enum TextDigest {
  /// SHA-256 of a text's UTF-8, 64 hexadecimal digits.
  public static func sha256(_ text: String) -> String { SHA256.hex(of: Array(text.utf8)) }
}
