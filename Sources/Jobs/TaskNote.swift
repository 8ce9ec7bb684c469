/// What a task's script noted of itself: lines `begin ID SECONDS HOST` and `end ID SECONDS CODE`,
/// seconds since 1970 by the clock of the node.
public struct TaskNote: Sendable, Equatable {
  /// When it began last.
  public private(set) var began: Int?
  /// Where.
  public private(set) var host: String?
  /// When it ended, if it did.
  public private(set) var ended: Int?
  /// What it ended with.
  public private(set) var code: Int?

  /// What the lines say of an id; those of other ids, and what is none of them, are passed over.
  public init(_ text: String, id: String) {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      guard words.count == 4, words[1] == id, let time = Int(words[2]) else { continue }
      switch words[0] {
      case "begin":
        // Slurm starts a task anew under its old id when its node failed.
        (began, host, ended, code) = (time, String(words[3].prefix(100)), nil, nil)
      case "end":
        guard let value = Int(words[3]), (0...255).contains(value) else { continue }
        (ended, code) = (time, value)
      default: continue
      }
    }
  }

  /// How long it ran; nil if it has not ended, or a clock jumped back.
  public var seconds: Int? {
    guard let began, let ended, ended >= began else { return nil }
    return ended - began
  }
}
