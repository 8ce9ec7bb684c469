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
      guard let base = lower.baseAddress else { return true }
      for row in 0..<order {
        let line = base + row * order
        for column in 0..<row {
          let other = base + column * order
          line[column] = (line[column] - CholeskyFactor.dot(line, other, column)) / other[column]
        }
        let rest = line[row] - CholeskyFactor.dot(line, line, row)
        guard rest > 0, rest.isFinite else { return false }
        line[row] = rest.squareRoot()
      }
      return true
    }
    guard isDefinite else { return nil }
  }

  /// x with M·x = `right`.
  func solve(_ right: [Double]) -> [Double] {
    var x = right
    lower.withUnsafeBufferPointer { lower in
      for row in 0..<order {
        for column in 0..<row { x[row] -= lower[row * order + column] * x[column] }
        x[row] /= lower[row * order + row]
      }
      for row in (0..<order).reversed() {
        x[row] /= lower[row * order + row]
        for column in 0..<row { x[column] -= lower[row * order + column] * x[row] }
      }
    }
    return x
  }

  /// Σ aᵢ·bᵢ in eight partial sums, always the same ones.
  @inline(__always)
  private static func dot(
    _ a: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ count: Int
  ) -> Double {
    let (left, right) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
    var (first, second) = (SIMD4<Double>.zero, SIMD4<Double>.zero)
    var index = 0
    while index + 8 <= count {
      let (low, high) = (index * 8, index * 8 + 32)
      first +=
        left.loadUnaligned(fromByteOffset: low, as: SIMD4<Double>.self)
        * right.loadUnaligned(fromByteOffset: low, as: SIMD4<Double>.self)
      second +=
        left.loadUnaligned(fromByteOffset: high, as: SIMD4<Double>.self)
        * right.loadUnaligned(fromByteOffset: high, as: SIMD4<Double>.self)
      index += 8
    }
    var sum = (first + second).sum()
    while index < count {
      sum += a[index] * b[index]
      index += 1
    }
    return sum
  }
}
