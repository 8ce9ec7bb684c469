/// The Cholesky factor of a symmetric positive definite matrix.
struct CholeskyFactor {
  private let order: Int
  /// Row-major; the lower triangle holds L with M = L·Lᵀ.
  private var lower: [Double]

  /// Factors `matrix` + `shift`·I; nil if that is not positive definite (to rounding).
  ///
  /// - Parameters:
  ///   - matrix: Row-major [order, order]; its lower triangle is read.
  ///   - order: Rows.
  ///   - shift: Added to the diagonal.
  init?(_ matrix: [Double], order: Int, shift: Double) {
    self.order = order
    lower = matrix
    for row in 0..<order { lower[row * order + row] += shift }
    let isDefinite = lower.withUnsafeMutableBufferPointer { lower in
      for row in 0..<order {
        for column in 0...row {
          var sum = lower[row * order + column]
          for k in 0..<column { sum -= lower[row * order + k] * lower[column * order + k] }
          if column < row {
            lower[row * order + column] = sum / lower[column * order + column]
          } else {
            guard sum > 0, sum.isFinite else { return false }
            lower[row * order + row] = sum.squareRoot()
          }
        }
      }
      return true
    }
    guard isDefinite else { return nil }
  }

  /// x with M·x = `right`.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    for row in 0..<order {
      for column in 0..<row { x[row] -= lower[row * order + column] * x[column] }
      x[row] /= lower[row * order + row]
    }
    for row in (0..<order).reversed() {
      x[row] /= lower[row * order + row]
      for column in 0..<row { x[column] -= lower[row * order + column] * x[row] }
    }
    return x
  }
}
