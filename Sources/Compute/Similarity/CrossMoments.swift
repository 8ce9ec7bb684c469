/// Sums over samples from which the similarity of two sets of features of them follows.
///
/// The sums live in feature space: memory is O(left · right), whatever the number of samples. All
/// are taken about the first sample, which changes no result (every measure here is invariant to
/// translation) and keeps the precision of features whose mean is large against their spread;
/// features that never change contribute exact zeros.
public struct CrossMoments: Sendable {
  /// Features on the left.
  public let left: Int
  /// Features on the right.
  public let right: Int
  /// Samples that were added.
  public private(set) var count = 0

  /// Σ x yᵀ, row-major [left, right].
  private(set) var products: [Double]
  /// Σ x and Σ y.
  private(set) var sums: (left: [Double], right: [Double])
  /// Σ ‖y‖² x and Σ ‖x‖² y.
  private(set) var weightedSums: (left: [Double], right: [Double])
  /// Σ ‖x‖² and Σ ‖y‖².
  private(set) var squares: (left: Double, right: Double) = (0, 0)
  /// Σ ‖x‖² ‖y‖².
  private(set) var squareProducts = 0.0
  private var origins: (left: [Double], right: [Double]) = ([], [])

  /// Sums over no sample yet.
  ///
  /// - Parameters:
  ///   - left: Features on the left, at least one.
  ///   - right: Features on the right, at least one.
  public init(left: Int, right: Int) {
    precondition(left > 0 && right > 0)
    self.left = left
    self.right = right
    products = [Double](repeating: 0, count: left * right)
    sums = ([Double](repeating: 0, count: left), [Double](repeating: 0, count: right))
    weightedSums = sums
  }

  /// Adds samples.
  ///
  /// - Parameters:
  ///   - x: Their features on the left, row-major [samples, left].
  ///   - y: Their features on the right, row-major [samples, right].
  public mutating func add(_ x: [Double], _ y: [Double]) {
    let rows = x.count / left
    precondition(x.count == rows * left && y.count == rows * right)
    guard rows > 0 else { return }
    if count == 0 { origins = (Array(x.prefix(left)), Array(y.prefix(right))) }
    count += rows
    let x = CrossMoments.moved(x, by: origins.left)
    let y = CrossMoments.moved(y, by: origins.right)
    BLAS.addCrossProduct(x, y, rows: rows, into: &products, m: left, n: right)
    for row in 0..<rows {
      let (i, j) = (row * left..<(row + 1) * left, row * right..<(row + 1) * right)
      let a = x[i].reduce(0) { $0 + $1 * $1 }
      let b = y[j].reduce(0) { $0 + $1 * $1 }
      squares.left += a
      squares.right += b
      squareProducts += a * b
      for (feature, value) in x[i].enumerated() {
        sums.left[feature] += value
        weightedSums.left[feature] += b * value
      }
      for (feature, value) in y[j].enumerated() {
        sums.right[feature] += value
        weightedSums.right[feature] += a * value
      }
    }
  }

  private static func moved(_ values: [Double], by origin: [Double]) -> [Double] {
    var moved = values
    for start in stride(from: 0, to: values.count, by: origin.count) {
      for feature in origin.indices { moved[start + feature] -= origin[feature] }
    }
    return moved
  }
}

/// Σ aᵢ bᵢ.
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
