/// Logistic regression with an L2 penalty: mean cross-entropy + λ/2·‖weights‖² over standardised
/// features, intercepts free.
public enum LogisticRegression {
  /// Fits several targets to the same samples.
  ///
  /// The minimum is unique and finite whatever the labels, separable ones too, since λ > 0.
  ///
  /// - Parameters:
  ///   - targets: What is to be told; each leaves out the samples that it does not know, and those
  ///     of strata in which it knows one class only.
  ///   - design: The samples.
  ///   - penalties: λ of each target, above 0.
  ///   - tolerance: The largest component of the gradient at the end, relative to that where all
  ///     weights are 0.
  ///   - maxIterations: Steps after which a fit is given up as not converged.
  /// - Returns: A model for each target; nil where a class is known of no sample.
  public static func fit(
    _ targets: [LogisticTarget], to design: DesignMatrix, penalties: [Double],
    tolerance: Double = 1e-6, maxIterations: Int = 1_000
  ) -> [LogisticModel?] {
    precondition(penalties.count == targets.count && penalties.allSatisfy { $0 > 0 })
    let solver = LogisticSolver(design, targets)
    solver.solve(penalties: penalties, tolerance: tolerance, maxIterations: maxIterations)
    return targets.indices.map { solver.model($0, tolerance: tolerance) }
  }
}
