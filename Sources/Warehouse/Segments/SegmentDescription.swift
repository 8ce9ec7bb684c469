/// What a segment is about: its samples, and how its arrays were computed.
public struct SegmentDescription: Sendable {
  /// Its place.
  public let name: SegmentName
  /// The row id of its data set.
  public let dataset: Int64
  /// The position of its first sample.
  public let first: Int
  /// The number of its samples.
  public let count: Int
  /// The model that ran; nil for inputs.
  public let model: String?
  /// The prefix of the last layer in it, or the digest of the input geometry.
  public let key: String
  /// The numerics, for example `strict`.
  public let numerics: String
  /// The kernel path, for example `reference`.
  public let kernel: String

  /// A description with its parts.
  public init(
    name: SegmentName, dataset: Int64, first: Int, count: Int, model: String?, key: String,
    numerics: String, kernel: String
  ) {
    self.name = name
    self.dataset = dataset
    self.first = first
    self.count = count
    self.model = model
    self.key = key
    self.numerics = numerics
    self.kernel = kernel
  }
}

/// The stages of a segment's way into the warehouse, in order.
enum SegmentStep: String, Sendable, CaseIterable, Codable {
  case create, body, close, synchronise, digest, rename, insert, commit, unlink, done
}
