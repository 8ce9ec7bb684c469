/// How the embedding of a concept is fitted.
public struct ConceptOptions: Sendable, Equatable, Codable {
  /// What a fit minimises.
  public enum Loss: String, Sendable, Equatable, Codable, CaseIterable {
    /// Cross-entropy whose classes are weighted α and 1 − α; convex, solved to optimality.
    case weightedBCE = "weighted-bce"
    /// The same without logarithms, as the published code has it; run for a number of steps.
    case published
  }

  /// What is minimised.
  public var loss = Loss.weightedBCE
  /// Whether the centres of the corner units lie on those of the corner cells of the grid.
  ///
  /// If not, their outer edges do. It must be what the ``ConceptLayer`` was prepared with.
  public var alignCorners = true
  /// λ of the penalty (λ/2)·‖w‖² (`weighted-bce` only).
  public var lambda = 1e-4
  /// `weighted-bce` has converged when ‖∇‖∞ is at most this share of ‖∇‖∞ at w = 0.
  public var gradientTolerance = 1e-6
  /// Newton steps at most (`weighted-bce`).
  public var maximumIterations = 100
  /// Objective at which `weighted-bce` may end before it has converged; nil for none.
  public var objectiveTarget: Double?
  /// Step length of gradient descent (`published`).
  public var learningRate = 1e-4
  /// Momentum of gradient descent (`published`).
  public var momentum = 0.9
  /// Passes over the samples (`published`).
  public var epochs = 30
  /// Samples of a step (`published`); with nil, all of them.
  public var batch: Int? = 16
  /// Of the order in which samples come (`published` with a batch).
  public var seed: UInt64 = 0

  /// The defaults: `weighted-bce`, corners aligned, λ = 1e-4.
  public init() {}
}
