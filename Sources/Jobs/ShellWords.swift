/// Words of a command line: taken apart, and quoted for the programs that read them again.
public enum ShellWords {
  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:=@_".utf8)

  /// Whether a word can stand without quotes.
  private static func isPlain(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.allSatisfy(plain.contains)
  }

  /// A word as bash reads it back, whatever is in it.
  public static func quoted(_ word: String) -> String {
    guard !isPlain(word) else { return word }
    return "'" + word.replacing("'", with: "'\\''") + "'"
  }

  /// A word as sbatch reads it back from a line that begins with `#SBATCH`.
  ///
  /// - Precondition: The word holds no control character: such a line cannot.
  static func quotedForSbatch(_ word: String) -> String {
    guard !isPlain(word) else { return word }
    // Within double quotes, too, sbatch takes a backslash for the sign before it.
    let escaped = word.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined()
    return "\"\(escaped)\""
  }

  /// The words of a text, taken apart at spaces as a shell does it: `'…'`, `"…"` and `\` quote.
  ///
  /// - Throws: `JobError` if a quotation mark is left open.
  public static func words(of text: String) throws -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in text {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
        word = word ?? ""
      } else if character == quote {
        quote = nil
      } else if quote == nil, character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if quote == nil, character.isWhitespace {
        if let ended = word { words.append(ended) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    guard quote == nil, !isEscaped else {
      throw JobError(
        .invalid, "`\(text)`", "a quotation mark or backslash at its end is left open",
        advice: "close it")
    }
    if let word { words.append(word) }
    return words
  }
}
