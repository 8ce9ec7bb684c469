/// Which concepts are wanted: action units in layers of models, over a data set.
public struct ConceptRequest: Sendable, Equatable {
  /// The names of the models; none for all of them.
  public var models: [String] = []
  /// The names of the layers; none for every layer of which bits are stored.
  public var layers: [String] = []
  /// The numbers of the action units; none for all that have masks.
  public var units: [Int] = []
  /// The name of the data set; nil for the one that the models' root was trained to answer, if it
  /// has masks, else the only one that has.
  public var dataset: String?
  /// The split that concepts are evaluated on; nil for `test` if the data set has one, else `val`.
  public var split: SplitChoice?
  /// How concepts are fitted.
  public var settings = ConceptSettings()
  /// Threads that fit.
  public var threads = 1

  /// A request for everything.
  public init() {}
}

/// What a concept's fit minimises.
public enum ConceptLoss: String, Sendable, Codable, CaseIterable {
  /// Cross-entropy weighted by α and 1 − α, solved to its minimum.
  case weightedBCE = "weighted-bce"
  /// The loss of the published code, which has no logarithm, by its optimiser.
  case published
}

/// How concepts are fitted.
public struct ConceptSettings: Sendable, Equatable {
  /// What is minimised.
  public var loss = ConceptLoss.weightedBCE
  /// Whether bilinear interpolation to the grid aligns the corners.
  public var alignCorners = true
  /// λ of the penalty (λ/2)·‖w‖², at least 0; `weighted-bce` only.
  public var lambda = 1e-4
  /// Rows of the mask grid; nil for half the input's.
  public var grid: Int?
  /// The share of positions above the channels' thresholds; nil for what the bits were stored with.
  public var quantile: Double?
  /// The seed of everything random: controls, and the order of samples of `published`.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}
}
