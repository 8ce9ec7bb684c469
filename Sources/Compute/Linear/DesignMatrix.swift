/// Standardised features of samples, turned to their principal axes, and intercepts beside them:
/// what any number of linear models of the same samples share.
///
/// Turning leaves every model with an L2 penalty as it is (the penalty does not see rotations), and
/// makes the curvature of its loss nearly diagonal, which is what the solver lives on.
public struct DesignMatrix: Sendable {
  /// Samples.
  public let samples: Int
  /// Features as they came.
  public let features: Int
  /// Principal axes: as many as there are samples or features, whichever are fewer.
  public let axes: Int
  /// Groups of samples, each with an intercept of its own.
  public let strata: Int
  /// The centre and scale of the features.
  public let standardisation: Standardisation
  /// The stratum of each sample.
  let stratum: [Int]
  /// Row-major [samples, axes + strata]: the place on each axis, then 1 in the sample's stratum.
  let rows: [Double]
  /// The mean square along each axis.
  let squares: [Double]
  /// Row-major [axes, features]: orthonormal directions of standardised features.
  private let directions: [Double]

  /// Numbers a row.
  var width: Int { axes + strata }

  /// Takes in the features of samples; nil without a sample or a feature, or if a value is not
  /// finite or so large that its square is not.
  ///
  /// - Parameters:
  ///   - values: Row-major [samples, features].
  ///   - features: How many there are.
  public init?(_ values: [Double], features: Int) {
    guard features > 0, !values.isEmpty, values.count % features == 0,
      values.allSatisfy(\.isFinite)
    else { return nil }
    let samples = values.count / features
    let standardisation = Standardisation(values, features: features)
    guard standardisation.deviations.allSatisfy(\.isFinite) else { return nil }
    let standard = standardisation.apply(values)
    guard
      let directions = DesignMatrix.directions(standard, samples: samples, features: features)
    else { return nil }
    let axes = min(samples, features)
    let turned = DesignMatrix.turn(standard, directions, axes: axes, features: features)
    var squares = [Double](repeating: 0, count: axes)
    for start in stride(from: 0, to: turned.count, by: axes) {
      for axis in 0..<axes { squares[axis] += turned[start + axis] * turned[start + axis] }
    }
    self.samples = samples
    self.features = features
    self.axes = axes
    self.standardisation = standardisation
    self.directions = directions
    self.squares = squares.map { $0 / Double(samples) }
    strata = 1
    stratum = Array(repeating: 0, count: samples)
    rows = DesignMatrix.rows(turned, axes: axes, stratum: stratum, strata: 1)
  }

  private init(_ other: DesignMatrix, stratum: [Int], strata: Int) {
    samples = other.samples
    features = other.features
    axes = other.axes
    standardisation = other.standardisation
    directions = other.directions
    squares = other.squares
    self.strata = strata
    self.stratum = stratum
    rows = DesignMatrix.rows(
      other.places(), axes: axes, stratum: stratum, strata: strata)
  }

  /// The same features with an intercept for each group of samples.
  ///
  /// - Parameters:
  ///   - stratum: The group of each sample, in 0..<strata.
  ///   - strata: How many there are.
  /// - Returns: A matrix with these intercepts instead.
  public func stratified(_ stratum: [Int], strata: Int) -> DesignMatrix {
    precondition(stratum.count == samples && stratum.allSatisfy { (0..<strata).contains($0) })
    return DesignMatrix(self, stratum: stratum, strata: strata)
  }

  /// The places of other samples on the axes.
  ///
  /// - Parameter values: Their features, row-major [samples, features].
  /// - Returns: Row-major [samples, axes].
  public func turn(_ values: [Double]) -> [Double] {
    DesignMatrix.turn(
      standardisation.apply(values), directions, axes: axes, features: features)
  }

  /// Turns weights a place on an axis into weights a feature as it came.
  ///
  /// - Parameter weights: One an axis.
  /// - Returns: One a feature, 0 for those that never changed, and what they sum up to at the mean:
  ///   Σ weight·feature − offset is Σ weight·place.
  public func featureWeights(_ weights: [Double]) -> (weights: [Double], offset: Double) {
    precondition(weights.count == axes)
    var result = [Double](repeating: 0, count: features)
    BLAS.multiply(weights, directions, into: &result, m: 1, n: features, k: axes)
    var offset = 0.0
    for feature in 0..<features {
      let deviation = standardisation.deviations[feature]
      result[feature] = deviation > 0 ? result[feature] / deviation : 0
      offset += result[feature] * standardisation.means[feature]
    }
    return (result, offset)
  }

  /// Orthonormal directions, the one with the largest spread first.
  private static func directions(_ standard: [Double], samples: Int, features: Int) -> [Double]? {
    guard features <= samples else {
      return BLAS.leftSingularVectors(transposed: standard, m: features, n: samples)
    }
    // Of few features, those of their covariance: the directions need not be exact, only orthogonal.
    var covariance = [Double](repeating: 0, count: features * features)
    BLAS.addCrossProduct(
      standard, standard, rows: samples, into: &covariance, m: features, n: features)
    return BLAS.leftSingularVectors(transposed: covariance, m: features, n: features)
  }

  private static func turn(
    _ standard: [Double], _ directions: [Double], axes: Int, features: Int
  ) -> [Double] {
    let samples = standard.count / features
    var turned = [Double](repeating: 0, count: samples * axes)
    BLAS.multiplyByTransposed(
      standard, directions, into: &turned, m: samples, n: axes, k: features)
    return turned
  }

  private static func rows(
    _ places: [Double], axes: Int, stratum: [Int], strata: Int
  ) -> [Double] {
    var rows: [Double] = []
    rows.reserveCapacity(stratum.count * (axes + strata))
    for (sample, own) in stratum.enumerated() {
      rows += places[sample * axes..<(sample + 1) * axes]
      for other in 0..<strata { rows.append(other == own ? 1 : 0) }
    }
    return rows
  }

  /// Row-major [samples, axes].
  private func places() -> [Double] {
    var places: [Double] = []
    places.reserveCapacity(samples * axes)
    for sample in 0..<samples { places += rows[sample * width..<sample * width + axes] }
    return places
  }
}
