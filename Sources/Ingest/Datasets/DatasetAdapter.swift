/// A record that could not be used, or a part of one that was left out.
public struct Rejection: Sendable, Equatable {
  /// The file, relative to the data set's root.
  public let file: String
  /// The line in it, counted from 1, where there is one.
  public let line: Int?
  /// Why it was left out.
  public let reason: String
}

/// How much a root looks like a layout, judged by names alone.
enum Recognition: Sendable {
  /// It is another, or none.
  case no
  /// It may be this one, if it is no other.
  case possible
  /// The layout's own names are there.
  case certain
}

/// Reads one layout of data sets.
protocol DatasetAdapter: Sendable {
  /// The layout's name as `--format` takes it.
  static var format: String { get }

  /// Whether `root` looks like this layout: cheap, by names alone.
  static func recognises(_ root: DatasetRoot) -> Recognition

  /// Yields every sample in an order that depends on the files' contents and names alone.
  ///
  /// - Throws: `IngestError` only where the root as a whole cannot be read, and what the sink
  ///   throws; a record that cannot be used goes to its `reject`.
  static func read(_ root: DatasetRoot, into sink: RecordSink) throws
}
