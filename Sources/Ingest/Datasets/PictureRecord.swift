import Warehouse

/// What an adapter read about one picture, before anything is stored.
struct PictureRecord: Sendable, Equatable {
  /// The picture's path relative to the data set's root, with `/` between its parts.
  var path: String
  /// Who is seen; nil: the sample is its own subject.
  var subject: String?
  var sequence: String?
  var frame: Int?
  /// `train`, `val` or `test`, where the data set says so.
  var split: String?
  /// Task → label in lower case.
  var labels: [String: String] = [:]
  /// Name → value: pspi, valence, arousal and so on.
  var scores: [String: Double] = [:]
  /// The action units that were looked for, and those found.
  var coding: Coding?
  /// 68 (or 66) points in pixels of the picture.
  var landmarks: [Point]?
  /// Where the data set's own pictures of action-unit masks lie.
  var masks: [MaskFile] = []

  struct Coding: Sendable, Equatable {
    /// Action units that were looked for.
    var coded: [Int]
    /// Those present, with their intensity (nil: present, not graded).
    var present: [Int: Double?]
  }

  struct Point: Sendable, Equatable {
    var x: Double
    var y: Double
  }

  struct MaskFile: Sendable, Equatable {
    var au: Int
    var kind: MaskKind
    var path: String
  }
}

/// A record that could not be used.
public struct Rejection: Sendable, Equatable {
  /// The file, relative to the data set's root.
  public let file: String
  /// The line in it, counted from 1, where there is one.
  public let line: Int?
  /// Why the record was left out.
  public let reason: String
}

/// Reads one layout of data sets.
protocol DatasetAdapter: Sendable {
  /// The layout's name as `--format` takes it.
  static var format: String { get }

  /// Whether `root` looks like this layout: cheap, by names alone.
  static func recognises(_ root: DatasetRoot) -> Bool

  /// Yields every sample in an order that depends on the files' contents and names alone.
  ///
  /// - Throws: `IngestError` only where the root as a whole cannot be read; a record that cannot
  ///   be used goes to `reject`.
  static func read(
    _ root: DatasetRoot, sample: (PictureRecord) throws -> Void, reject: (Rejection) throws -> Void
  ) throws
}
