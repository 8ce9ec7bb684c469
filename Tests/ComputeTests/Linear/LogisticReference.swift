import Foundation

/// Logistic regression as it is written down: dense Newton steps in plain loops, for few numbers.
struct LogisticReference {
  /// Row-major [samples, columns]; the last columns are the strata.
  let rows: [[Double]]
  /// Of each sample; negative: left out.
  let labels: [Int]
  let outputs: Int
  let penalty: Double
  /// How many columns bear the penalty.
  let penalised: Int

  private var columns: Int { rows[0].count }
  private var known: [Int] { labels.indices.filter { labels[$0] >= 0 } }

  /// The probabilities that the outputs stand for.
  func probabilities(_ weights: [Double], _ sample: Int) -> [Double] {
    let logits = (0..<outputs).map { output in
      (0..<columns).reduce(0) { $0 + weights[output * columns + $1] * rows[sample][$1] }
    }
    if outputs == 1 { return [1 / (1 + exp(-logits[0]))] }
    let shares = logits.map { exp($0 - (logits.max() ?? 0)) }
    return shares.map { $0 / shares.reduce(0, +) }
  }

  func loss(_ weights: [Double]) -> Double {
    let losses = known.map { sample in
      let p = probabilities(weights, sample)
      let own = outputs == 1 ? (labels[sample] == 1 ? p[0] : 1 - p[0]) : p[labels[sample]]
      return -log(own)
    }
    return losses.reduce(0, +) / Double(known.count) + penalty / 2 * squares(weights)
  }

  private func squares(_ weights: [Double]) -> Double {
    weights.indices.reduce(0) {
      $0 + ($1 % columns < penalised ? weights[$1] * weights[$1] : 0)
    }
  }

  func gradient(_ weights: [Double]) -> [Double] {
    var gradient = weights.indices.map { $0 % columns < penalised ? penalty * weights[$0] : 0 }
    for sample in known {
      for (output, p) in probabilities(weights, sample).enumerated() {
        let truth = (outputs == 1 ? labels[sample] == 1 : labels[sample] == output) ? 1.0 : 0
        for column in 0..<columns {
          gradient[output * columns + column] +=
            (p - truth) * rows[sample][column] / Double(known.count)
        }
      }
    }
    return gradient
  }

  /// The minimum, by Newton's method from 0 with halved steps.
  func minimum() -> [Double] {
    var weights = [Double](repeating: 0, count: outputs * columns)
    for _ in 0..<200 {
      let gradient = gradient(weights)
      if (gradient.map(abs).max() ?? 0) < 1e-14 { break }
      let step = solve(hessian(weights), gradient)
      var factor = 1.0
      let before = loss(weights)
      while factor > 1e-6, loss(zip(weights, step).map { $0 - factor * $1 }) > before {
        factor /= 2
      }
      weights = zip(weights, step).map { $0 - factor * $1 }
    }
    return weights
  }

  private func hessian(_ weights: [Double]) -> [[Double]] {
    let size = outputs * columns
    // A trace of a ridge, since softmax leaves one intercept free.
    var hessian = (0..<size).map { row in
      (0..<size).map { column in
        row != column ? 0 : row % columns < penalised ? penalty : outputs > 1 ? 1e-9 : 0
      }
    }
    for sample in known {
      let p = probabilities(weights, sample)
      for a in 0..<outputs {
        for b in 0..<outputs {
          let curvature = ((a == b ? p[a] : 0) - p[a] * p[b]) / Double(known.count)
          for i in 0..<columns {
            for j in 0..<columns {
              hessian[a * columns + i][b * columns + j] +=
                curvature * rows[sample][i] * rows[sample][j]
            }
          }
        }
      }
    }
    return hessian
  }

  /// Gaussian elimination with partial pivoting.
  private func solve(_ matrix: [[Double]], _ right: [Double]) -> [Double] {
    var (a, b) = (matrix, right)
    for column in b.indices {
      let pivot = (column..<b.count).max { abs(a[$0][column]) < abs(a[$1][column]) } ?? column
      a.swapAt(column, pivot)
      b.swapAt(column, pivot)
      for row in column + 1..<max(b.count, column + 1) where a[row][column] != 0 {
        let factor = a[row][column] / a[column][column]
        for other in column..<b.count { a[row][other] -= factor * a[column][other] }
        b[row] -= factor * b[column]
      }
    }
    for row in b.indices.reversed() {
      let rest = (row + 1..<max(b.count, row + 1)).reduce(0) { $0 + a[row][$1] * b[$1] }
      b[row] = (b[row] - rest) / a[row][row]
    }
    return b
  }
}
