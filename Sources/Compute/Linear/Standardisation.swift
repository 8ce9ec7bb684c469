/// The centre and the scale of features, as samples have them.
public struct Standardisation: Sendable, Equatable {
  /// The mean of each feature.
  public let means: [Double]
  /// The standard deviation of each feature (divided by n); 0 for one that never changes.
  public let deviations: [Double]

  /// The centre and scale of the features of samples.
  ///
  /// - Parameters:
  ///   - values: Row-major [samples, features].
  ///   - features: How many there are, at least one.
  public init(_ values: [Double], features: Int) {
    precondition(features > 0 && values.count % features == 0 && !values.isEmpty)
    let samples = Double(values.count / features)
    // About the first sample: features that never change get exact zeros.
    let origin = Array(values.prefix(features))
    var (sums, squares) = (
      [Double](repeating: 0, count: features), [Double](repeating: 0, count: features)
    )
    Standardisation.forEach(values, features) { sums[$0] += $1 - origin[$0] }
    let means = sums.map { $0 / samples }
    Standardisation.forEach(values, features) { feature, value in
      let distance = value - origin[feature] - means[feature]
      squares[feature] += distance * distance
    }
    self.means = zip(origin, means).map(+)
    deviations = squares.map { ($0 / samples).squareRoot() }
  }

  /// (value − mean) / deviation of every feature; 0 for features that never changed.
  ///
  /// - Parameter values: Row-major [samples, features].
  /// - Returns: As many numbers.
  public func apply(_ values: [Double]) -> [Double] {
    let features = means.count
    let factors = deviations.map { $0 > 0 ? 1 / $0 : 0 }
    var result = values
    for start in stride(from: 0, to: values.count, by: features) {
      for feature in 0..<features {
        result[start + feature] = (values[start + feature] - means[feature]) * factors[feature]
      }
    }
    return result
  }

  private static func forEach(
    _ values: [Double], _ features: Int, _ body: (_ feature: Int, _ value: Double) -> Void
  ) {
    for start in stride(from: 0, to: values.count, by: features) {
      for feature in 0..<features { body(feature, values[start + feature]) }
    }
  }
}
