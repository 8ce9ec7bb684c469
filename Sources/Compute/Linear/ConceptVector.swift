/// Directions in the space of a layer's features along which a concept is there rather than not.
///
/// Concept activation vectors, after Kim, Wattenberg, Gilmer, Cai, Wexler, Viegas & Sayres 2018.
public enum ConceptVector {
  /// The difference of the class means, m⁺ − m⁻, scaled to length 1.
  ///
  /// That is the direction of FastCAV (Schmalwasser, Penzel, Denzler & Niebling 2025): the mean of
  /// the concept's samples after the mean of all is taken away, (n⁻/n)·(m⁺ − m⁻).
  ///
  /// - Parameters:
  ///   - values: Row-major [samples, features], finite.
  ///   - features: How many there are.
  ///   - isPresent: Whether the concept is there in each sample; nil where it is unknown.
  /// - Returns: One number a feature; nil if a class is missing or the means are equal.
  public static func meanDifference(
    _ values: [Double], features: Int, isPresent: [Bool?]
  ) -> [Double]? {
    precondition(features > 0 && values.count == isPresent.count * features)
    var sums = [[Double]](repeating: Array(repeating: 0, count: features), count: 2)
    var counts = [0, 0]
    for (sample, value) in isPresent.enumerated() {
      guard let value else { continue }
      let which = value ? 1 : 0
      counts[which] += 1
      for feature in 0..<features { sums[which][feature] += values[sample * features + feature] }
    }
    guard counts[0] > 0, counts[1] > 0 else { return nil }
    return unit(
      (0..<features).map { sums[1][$0] / Double(counts[1]) - sums[0][$0] / Double(counts[0]) })
  }

  /// The normal of a logistic regression, in features as they came, scaled to length 1.
  ///
  /// - Parameters:
  ///   - model: Of one output.
  ///   - design: What it was fitted to.
  /// - Returns: One number a feature; nil if all weights are 0.
  public static func normal(of model: LogisticModel, in design: DesignMatrix) -> [Double]? {
    unit(design.featureWeights(Array(model.weights.prefix(design.axes))).weights)
  }

  private static func unit(_ vector: [Double]) -> [Double]? {
    let length = dot(vector, vector).squareRoot()
    guard length > 0, length.isFinite else { return nil }
    return vector.map { $0 / length }
  }
}
