/// Why a question has no answer, with the exit code that it ends a program with.
public struct QueryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kinds of reasons.
  public enum Kind: Sendable, Equatable {
    /// The question itself is wrong: an unknown name, SQL that does not parse, a refused statement.
    case usage
    /// The question is right and nothing in the warehouse answers it.
    case nothingFound
    /// Answering failed: the disk, the database, the time that was allowed.
    case failed
    /// The user stopped it.
    case interrupted
  }

  /// The kind of reason.
  public let kind: Kind
  /// What failed, on what, why, and what to do.
  public let description: String

  /// An error of a kind with its message.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// The exit code: 2 usage, 3 nothing found, 1 failed, 130 interrupted.
  public var exitCode: Int32 {
    switch kind {
    case .usage: 2
    case .nothingFound: 3
    case .failed: 1
    case .interrupted: 130
    }
  }

  static func usage(_ message: String) -> QueryError { QueryError(.usage, message) }
  static func nothingFound(_ message: String) -> QueryError { QueryError(.nothingFound, message) }
  static func failed(_ message: String) -> QueryError { QueryError(.failed, message) }
}
