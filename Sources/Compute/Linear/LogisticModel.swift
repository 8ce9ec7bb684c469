/// A logistic regression that was fitted to the rows of a `DesignMatrix`.
public struct LogisticModel: Sendable, Equatable {
  /// Outputs: one for two classes (the log odds of the second), else one a class.
  public let outputs: Int
  /// Row-major [outputs, axes]: a weight a place on an axis.
  public let weights: [Double]
  /// Row-major [outputs, strata].
  public let intercepts: [Double]
  /// λ: the penalty is λ/2·‖weights‖² beside the mean loss; intercepts bear none.
  public let penalty: Double
  /// Steps that were taken.
  public let iterations: Int
  /// The largest component of the gradient, relative to that of the intercepts alone.
  public let relativeGradient: Double
  /// Whether the gradient became as small as was asked.
  public let isConverged: Bool

  /// The outputs for samples.
  ///
  /// - Parameters:
  ///   - places: From `DesignMatrix.turn`, row-major [samples, axes].
  ///   - stratum: The stratum of each sample; nil for the first.
  /// - Returns: Row-major [samples, outputs].
  public func logits(_ places: [Double], stratum: [Int]? = nil) -> [Double] {
    let axes = weights.count / outputs
    let samples = places.count / axes
    let strata = intercepts.count / outputs
    var logits = [Double](repeating: 0, count: samples * outputs)
    BLAS.multiplyByTransposed(places, weights, into: &logits, m: samples, n: outputs, k: axes)
    for sample in 0..<samples {
      for output in 0..<outputs {
        logits[sample * outputs + output] += intercepts[output * strata + (stratum?[sample] ?? 0)]
      }
    }
    return logits
  }
}
