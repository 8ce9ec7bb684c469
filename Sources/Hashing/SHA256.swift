internal import CCrypto
public import Foundation

/// SHA-256 over bytes that come in pieces, computed by OpenSSL.
public final class SHA256 {
  private let context: OpaquePointer

  /// A digest of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("OpenSSL has no SHA-256: the library is broken or out of memory")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds bytes.
  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    EVP_DigestUpdate(context, start, bytes.count)
  }

  /// Adds bytes.
  public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Adds the bytes of the numbers, little-endian IEEE 754.
  public func update(_ values: [Float]) { values.withUnsafeBytes { update($0) } }

  /// Adds the text's UTF-8 and a zero byte, so that neighbouring texts cannot run together.
  public func update(_ text: String) {
    update(Array(text.utf8))
    update([UInt8](arrayLiteral: 0))
  }

  /// The 64 hexadecimal digits; the object must not be used afterwards.
  public func hex() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_DigestFinal_ex(context, &digest, nil)
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// The digest of some bytes, in hexadecimal.
  public static func hex(of bytes: [UInt8]) -> String {
    let hash = SHA256()
    hash.update(bytes)
    return hash.hex()
  }

  /// The digest and length of a file, read in pieces of 1 MiB.
  ///
  /// - Throws: What `FileHandle` throws if the file cannot be read.
  public static func hex(ofFile url: URL) throws -> (digest: String, bytes: Int) {
    let file = try FileHandle(forReadingFrom: url)
    defer { try? file.close() }
    let hash = SHA256()
    var length = 0
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      piece.withUnsafeBytes { hash.update($0) }
      length += piece.count
    }
    return (hash.hex(), length)
  }
}
