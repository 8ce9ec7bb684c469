import Compute
import Foundation

/// Slow second implementations in sample space, and the features that they are compared over.
enum SimilarityReference {
  typealias Matrix = [[Double]]

  /// Normal features, the right ones partly a mixture of the left.
  static func features(_ n: Int, _ left: Int, _ right: Int, seed: UInt64, mean: Double = 0)
    -> (x: Matrix, y: Matrix)
  {
    var random = RandomStream(seed: seed)
    let x = (0..<n).map { _ in (0..<left).map { _ in random.normal(mean) } }
    let mix = (0..<left).map { _ in (0..<right).map { _ in random.normal() } }
    let y = x.map { row in
      (0..<right).map { column in
        zip(row, mix).reduce(random.normal(mean)) { $0 + $1.0 * $1.1[column] }
      }
    }
    return (x, y)
  }

  /// HSIC₁ by its definition, over all pairs of samples.
  static func hsic(_ x: Matrix, _ y: Matrix) -> Double {
    let n = x.count
    func gram(_ rows: Matrix) -> Matrix {
      (0..<n).map { i in
        (0..<n).map { j in i == j ? 0 : zip(rows[i], rows[j]).reduce(0) { $0 + $1.0 * $1.1 } }
      }
    }
    let (k, l) = (gram(x), gram(y))
    var (trace, sumK, sumL, cross) = (0.0, 0.0, 0.0, 0.0)
    for i in 0..<n {
      for j in 0..<n { trace += k[i][j] * l[j][i] }
      let (rowK, rowL) = (k[i].reduce(0, +), l[i].reduce(0, +))
      sumK += rowK
      sumL += rowL
      cross += rowK * rowL
    }
    let m = Double(n)
    return (trace + sumK * sumL / ((m - 1) * (m - 2)) - 2 * cross / (m - 2)) / (m * (m - 3))
  }

  static func cka(_ x: Matrix, _ y: Matrix) -> Double {
    hsic(x, y) / (hsic(x, x) * hsic(y, y)).squareRoot()
  }

  /// The sum of the singular values by one-sided Jacobi rotations of columns (Hestenes 1958).
  static func nuclearNorm(_ matrix: Matrix) -> Double {
    var columns = (0..<matrix[0].count).map { column in matrix.map { $0[column] } }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for _ in 0..<60 {
      for p in 0..<columns.count - 1 {
        for q in p + 1..<columns.count {
          let (a, b) = (dot(columns[p], columns[p]), dot(columns[q], columns[q]))
          let c = dot(columns[p], columns[q])
          guard abs(c) > 1e-300 else { continue }
          let zeta = (b - a) / (2 * c)
          let t = (zeta < 0 ? -1 : 1) / (abs(zeta) + (1 + zeta * zeta).squareRoot())
          let cosine = 1 / (1 + t * t).squareRoot()
          let (u, v) = (columns[p], columns[q])
          columns[p] = zip(u, v).map { cosine * $0 - cosine * t * $1 }
          columns[q] = zip(u, v).map { cosine * t * $0 + cosine * $1 }
        }
      }
    }
    return columns.reduce(0) { $0 + dot($1, $1).squareRoot() }
  }

  static func procrustes(_ x: Matrix, _ y: Matrix) -> Double {
    func unit(_ rows: Matrix) -> Matrix {
      let mean = rows[0].indices.map { c in rows.reduce(0) { $0 + $1[c] } / Double(rows.count) }
      let centred = rows.map { zip($0, mean).map { $0 - $1 } }
      let norm = centred.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      return centred.map { $0.map { $0 / norm } }
    }
    let (x, y) = (unit(x), unit(y))
    let product = x[0].indices.map { i in
      y[0].indices.map { j in zip(x, y).reduce(0) { $0 + $1.0[i] * $1.1[j] } }
    }
    return 2 - 2 * nuclearNorm(product)
  }
}

/// Unbiased CKA and Procrustes distance from sums, the samples added `block` at a time.
func similarity(_ x: [[Double]], _ y: [[Double]], block: Int = 7) -> (
  cka: Double?, procrustes: Double?
) {
  func moments(_ a: [[Double]], _ b: [[Double]]) -> CrossMoments {
    var moments = CrossMoments(left: a[0].count, right: b[0].count)
    for start in stride(from: 0, to: a.count, by: block) {
      let rows = start..<min(a.count, start + block)
      moments.add(Array(a[rows].joined()), Array(b[rows].joined()))
    }
    return moments
  }
  let cross = moments(x, y)
  let cka = LinearCKA.value(
    cross: HSIC(cross), left: HSIC(moments(x, x)), right: HSIC(moments(y, y)))
  return (cka, Procrustes.distance(cross))
}
