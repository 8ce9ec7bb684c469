/// How samples of a class would answer to more of a concept (TCAV).
///
/// After Kim, Wattenberg, Gilmer, Cai, Wexler, Viegas & Sayres 2018.
public enum ConceptSensitivity {
  /// How fast the loss of each sample would fall along a concept's vector: −∂loss/∂a · v.
  ///
  /// - Parameters:
  ///   - gradients: −∂loss/∂a, summed over positions, row-major [samples, features].
  ///   - vector: One number a feature.
  /// - Returns: One number a sample.
  public static func derivatives(_ gradients: [Double], along vector: [Double]) -> [Double] {
    let features = vector.count
    precondition(features > 0 && gradients.count % features == 0)
    let samples = gradients.count / features
    var derivatives = [Double](repeating: 0, count: samples)
    BLAS.multiplyByTransposed(gradients, vector, into: &derivatives, m: samples, n: 1, k: features)
    return derivatives
  }

  /// How rarely a random vector does as much as a concept's, two-sided.
  ///
  /// A random vector and its opposite are equally likely, so that what random vectors do lies evenly
  /// about `centre`. p = (1 + those at least as far from it) / (1 + all) (Phipson & Smyth 2010).
  ///
  /// - Parameters:
  ///   - value: What the concept's vector does, such as the share of samples whose loss would fall.
  ///   - random: The same of random vectors.
  ///   - centre: ½ for a share, 0 for a mean derivative.
  /// - Returns: At least 1 / (1 + random vectors); nil without any.
  public static func pValue(_ value: Double, random: [Double], centre: Double) -> Double? {
    guard !random.isEmpty else { return nil }
    let distance = abs(value - centre) * (1 - 1e-12)
    return Double(1 + random.count { abs($0 - centre) >= distance }) / Double(1 + random.count)
  }
}
