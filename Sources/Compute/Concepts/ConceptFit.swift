/// The embedding of a concept in a layer, and how the fit went.
public struct ConceptFit: Sendable, Equatable {
  /// One weight a channel.
  public let weights: [Double]
  /// The weight of concept cells: 1 − their mean share; 1 without samples.
  public let alpha: Double
  /// Mean over the samples of the loss summed over the grid, without the penalty.
  public let loss: Double
  /// The loss with the penalty; what was minimised.
  public let objective: Double
  /// Newton steps (`weighted-bce`) or gradient steps (`published`).
  public let iterations: Int
  /// ‖∇‖∞ at the weights over ‖∇‖∞ at w = 0; 0 where rounding alone explains the former.
  public let gradientRatio: Double
  /// Whether ``gradientRatio`` is at most the tolerance.
  public let converged: Bool
}

/// How well a predicted map fits the mask of one sample.
public struct ConceptScore: Sendable, Equatable {
  /// Cells that are both predicted and of the concept.
  public let intersection: Int
  /// Cells that are predicted or of the concept.
  public let union: Int
  /// Cells that are predicted: M > ½.
  public let predicted: Int
  /// Cells of the concept.
  public let concept: Int
  /// The maximum of M over the grid: in (0, 1), ½ where nothing speaks for or against.
  public let peak: Float

  /// A score with its parts.
  public init(intersection: Int, union: Int, predicted: Int, concept: Int, peak: Float) {
    self.intersection = intersection
    self.union = union
    self.predicted = predicted
    self.concept = concept
    self.peak = peak
  }

  /// |M∩L| / |M∪L|; nil where both are empty.
  public var iou: Double? { union == 0 ? nil : Double(intersection) / Double(union) }

  /// Σ|M∩L| / Σ|M∪L| over the samples that count; nil where all are empty.
  public static func setIoU(_ scores: [ConceptScore]) -> Double? {
    let union = scores.reduce(0) { $0 + $1.union }
    return union == 0
      ? nil : Double(scores.reduce(0) { $0 + $1.intersection }) / Double(union)
  }
}
