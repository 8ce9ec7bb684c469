internal import Hashing

/// One way of explaining a model over a data set.
public struct RelevanceMethod: Sendable, Hashable {
  /// The rules, for example `epsilon-plus-flat`.
  public let composite: String
  /// What becomes of biases: `keep` or `zero`.
  public let bias: String
  /// What is explained: `true`, `predicted`, a class, or `CLASS-CLASS`.
  public let target: String

  /// A method of its parts.
  public init(composite: String, bias: String, target: String) {
    self.composite = composite
    self.bias = bias
    self.target = target
  }
}

/// What relevance propagation said about one sample.
public struct RelevanceRow: Sendable, Equatable {
  /// How well its map falls on an action unit.
  public struct UnitScore: Sendable, Equatable {
    /// The action unit's number.
    public let au: Int
    /// Positive relevance inside ÷ all positive relevance.
    public let mass: Double?
    /// `mass` ÷ the mask's share of the input.
    public let areaMass: Double?
    /// The share of the |mask| strongest pixels inside.
    public let rank: Double?
    /// Whether the strongest pixel is inside.
    public let hit: Bool?

    /// A score of its parts.
    public init(au: Int, mass: Double?, areaMass: Double?, rank: Double?, hit: Bool?) {
      self.au = au
      self.mass = mass
      self.areaMass = areaMass
      self.rank = rank
      self.hit = hit
    }
  }

  /// The sample's row id.
  public let sample: Int64
  /// What was explained.
  public let name: String
  /// The relevance that it started from.
  public let start: Double
  /// The sum of the relevance of the input.
  public let input: Double
  /// Sums by the ordinal of the layer.
  public let layers: [Int: Double]
  /// Scores of the action units that have a mask.
  public let units: [UnitScore]

  /// A row of its parts.
  public init(
    sample: Int64, name: String, start: Double, input: Double, layers: [Int: Double],
    units: [UnitScore]
  ) {
    self.sample = sample
    self.name = name
    self.start = start
    self.input = input
    self.layers = layers
    self.units = units
  }
}

/// Relevance maps of some samples, channels first.
public struct StoredRelevance: Sendable, Equatable {
  /// The samples' row ids, in order of their positions.
  public let sampleIDs: [Int64]
  /// C, H and W.
  public let rowShape: [Int]
  /// One row after the other.
  public let values: [Float]

  /// Maps of their parts.
  public init(sampleIDs: [Int64], rowShape: [Int], values: [Float]) {
    self.sampleIDs = sampleIDs
    self.rowShape = rowShape
    self.values = values
  }
}

extension RelevanceMethod {
  /// The digest of everything that a model's maps depend on, 64 hexadecimal digits.
  ///
  /// A model's weights, graph and preprocessing count, not its name; so does the kernel path.
  public func key(of model: StoredModel, kernel: String) -> String {
    let parts = [
      "lethe-relevance-1", model.sha256, model.record.graph, model.record.preprocessing, composite,
      bias, target, kernel,
    ]
    return SHA256.hex(of: Array(parts.joined(separator: "\n").utf8))
  }
}
