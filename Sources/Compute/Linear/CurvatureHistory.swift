/// The last steps of one minimisation and how the gradient changed along them: an approximation of
/// the inverse curvature (L-BFGS, Nocedal & Wright 2006, algorithm 7.4).
struct CurvatureHistory {
  private struct Pair {
    let step: [Double]
    let change: [Double]
    let curvature: Double
  }
  /// How many steps are remembered.
  private static let capacity = 20

  private var pairs: [Pair] = []

  /// Forgets everything.
  mutating func reset() { pairs.removeAll(keepingCapacity: true) }

  /// Takes in a step, unless the loss did not curve upwards along it beyond rounding.
  mutating func add(step: [Double], change: [Double]) {
    let curvature = BLAS.dot(step, change, step.count)
    let size = BLAS.dot(step, step, step.count) * BLAS.dot(change, change, change.count)
    guard curvature > 1e-12 * size.squareRoot() else { return }
    if pairs.count == CurvatureHistory.capacity { pairs.removeFirst() }
    pairs.append(Pair(step: step, change: change, curvature: curvature))
  }

  /// The direction of descent: minus the approximate inverse curvature times the gradient.
  ///
  /// - Parameters:
  ///   - gradient: Where the minimisation stands.
  ///   - scales: A diagonal approximation of the inverse curvature to begin with.
  /// - Returns: As many numbers.
  func direction(_ gradient: [Double], scales: [Double]) -> [Double] {
    let count = gradient.count
    var q = gradient
    var shares = [Double](repeating: 0, count: pairs.count)
    for (index, pair) in pairs.enumerated().reversed() {
      shares[index] = BLAS.dot(pair.step, q, count) / pair.curvature
      BLAS.add(-shares[index], pair.change, to: &q, count)
    }
    var factor = -1.0
    if let last = pairs.last {
      let scaled = zip(last.change, scales).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
      if scaled > 0 { factor = -last.curvature / scaled }
    }
    for index in 0..<count { q[index] *= factor * scales[index] }
    for (index, pair) in pairs.enumerated() {
      let share = shares[index] + BLAS.dot(pair.change, q, count) / pair.curvature
      BLAS.add(-share, pair.step, to: &q, count)
    }
    return q
  }
}
