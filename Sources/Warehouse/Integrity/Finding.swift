/// Something that `verify` found wrong.
public struct Finding: Sendable, Equatable, CustomStringConvertible {
  /// The kind of damage.
  public enum Kind: String, Sendable, CaseIterable {
    /// SQLite calls the catalogue malformed.
    case catalogue
    /// A row refers to one that is not there.
    case reference
    /// The positions of a data set's samples are not 0, 1, …
    case positions
    /// A file that a row names is not there.
    case missingFile = "missing-file"
    /// A file is not as long as its row says.
    case length
    /// A file's contents are not what its row says.
    case digest
    /// A file cannot be read as what it should be.
    case unreadable
    /// The description in a file and its row disagree.
    case description
    /// The shape or type of an array is not what its row says.
    case shape
    /// The samples of an array are not those of the catalogue.
    case samples
    /// Thresholds in a file and in the catalogue disagree.
    case thresholds
    /// Predictions are incomplete or contradict themselves.
    case predictions
    /// Concepts are incomplete or belong to no layer.
    case concepts
    /// A file that no row names.
    case orphan
  }

  /// The kind of damage.
  public let kind: Kind
  /// What it happened to: a file, a table, a model.
  public let subject: String
  /// What was found.
  public let problem: String

  /// A finding with its parts.
  public init(_ kind: Kind, _ subject: String, _ problem: String) {
    self.kind = kind
    self.subject = subject
    self.problem = problem
  }

  /// One line.
  public var description: String { "\(subject): \(problem) (\(kind.rawValue))" }
}

/// How far `verify` has come.
public struct VerifyProgress: Sendable, Equatable {
  /// The file that comes next.
  public let file: String
  /// Bytes of files that have been read.
  public let done: Int
  /// Bytes of all files.
  public let total: Int
}
