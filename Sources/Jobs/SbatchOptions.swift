/// Options of sbatch that a user adds to those that the scripts have.
public struct SbatchOptions: Sendable, Equatable {
  /// One word each, as sbatch is to see it.
  public let words: [String]

  /// No options.
  public static let none = SbatchOptions()

  private init() { words = [] }

  /// Options from texts such as `--partition=long --comment="a b"`.
  ///
  /// - Throws: `JobError` if a quotation mark is left open, a word holds a control character, the
  ///   first word is no option, or one is said that the graph of jobs says itself.
  public init(_ texts: [String]) throws {
    words = try texts.flatMap { try ShellWords.words(of: $0) }
    for word in words {
      guard !word.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
      else {
        throw JobError(
          .invalid, "--sbatch-options", "a word holds a line break or another control character",
          advice: "leave it out")
      }
      guard !SbatchOptions.isReserved(word) else {
        throw JobError(
          .invalid, "--sbatch-options", "`\(word)` is what lethe says itself",
          advice: "leave it out")
      }
    }
    if let first = words.first, !first.hasPrefix("-") {
      throw JobError(
        .invalid, "--sbatch-options", "`\(first)` is no option of sbatch",
        advice: "write options with their dashes, such as --sbatch-options=--partition=long")
    }
  }

  private static let reserved = [
    "array", "chdir", "dependency", "job-name", "kill-on-invalid-dep", "open-mode", "output",
    "parsable", "test-only", "wait", "wrap",
  ]

  /// Whether a word says what the graph of jobs or the logs depend on; sbatch also takes the
  /// beginnings of long options.
  private static func isReserved(_ word: String) -> Bool {
    guard word.hasPrefix("--") else {
      guard word.hasPrefix("-"), let letter = word.dropFirst().first else { return false }
      return "aDdJoW".contains(letter)
    }
    let name = word.dropFirst(2).prefix { $0 != "=" }
    return reserved.contains { $0 == name || name.count >= 3 && $0.hasPrefix(name) }
  }

  /// The line of a script that says them; none if there are none.
  var line: String? {
    words.isEmpty
      ? nil : "#SBATCH " + words.map(ShellWords.quotedForSbatch).joined(separator: " ")
  }
}
