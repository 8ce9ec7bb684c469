/// Points placed so that near neighbours stay near: the eigenvectors of a graph's Laplacian.
///
/// Spectral relevance analysis (Lapuschkin et al. 2019) over heat maps: the points' nearest
/// neighbours are joined, A = (N + Nᵀ) / 2 with N the neighbours as ones, and the eigenvectors of
/// the symmetric normalised Laplacian I − D^(−1/2) A D^(−1/2) of the smallest eigenvalues are the
/// coordinates, each point's scaled to the length 1 (Ng, Jordan & Weiss 2001).
public struct SpectralEmbedding: Sendable, Equatable {
  /// Coordinates a point.
  public let dimensions: Int
  /// Eigenvalues of the Laplacian in 0…2, ascending, one a dimension.
  public let eigenvalues: [Double]
  /// The coordinates, [points, dimensions].
  public let values: [Double]

  /// Embeds points; nil if a number is not finite or the decomposition does not converge.
  ///
  /// Time and memory follow the third and second power of the number of points.
  ///
  /// - Parameters:
  ///   - points: [points, features], at least one point.
  ///   - count: The number of points.
  ///   - neighbours: How many nearest neighbours each point is joined with (Euclidean distance; of
  ///     equally near ones the first).
  ///   - dimensions: The most coordinates; there are no more than points.
  public init?(of points: [Double], count: Int, neighbours: Int = 10, dimensions: Int = 8) {
    precondition(
      count > 0 && points.count % count == 0 && neighbours > 0 && dimensions > 0,
      "points fill a matrix of at least one row")
    guard points.allSatisfy(\.isFinite) else { return nil }
    let used = min(dimensions, count)
    // (I + D^(−1/2) A D^(−1/2)) / 2 has the same vectors and eigenvalues in 0…1, so that its singular
    // vectors are its eigenvectors, largest first.
    let matrix = SpectralEmbedding.halved(
      SpectralEmbedding.affinity(of: points, count: count, neighbours: neighbours), count)
    guard let vectors = BLAS.leftSingularVectors(transposed: matrix, m: count, n: count) else {
      return nil
    }
    var columns: [[Double]] = []
    var eigenvalues: [Double] = []
    for dimension in 0..<used {
      let vector = Array(vectors[dimension * count..<(dimension + 1) * count])
      let image = (0..<count).map { row in
        (0..<count).reduce(0.0) { $0 + matrix[row * count + $1] * vector[$1] }
      }
      let quotient = zip(vector, image).reduce(0.0) { $0 + $1.0 * $1.1 }
      eigenvalues.append(min(2, max(0, 2 - 2 * quotient)))
      columns.append(SpectralEmbedding.oriented(vector))
    }
    var values: [Double] = []
    for point in 0..<count {
      let row = columns.map { $0[point] }
      let length = row.reduce(0) { $0 + $1 * $1 }.squareRoot()
      values += length > 0 ? row.map { $0 / length } : row
    }
    self.dimensions = used
    self.eigenvalues = eigenvalues
    self.values = values
  }

  /// Half the number of nearest-neighbour relations between two points, [points, points].
  static func affinity(of points: [Double], count: Int, neighbours: Int) -> [Double] {
    let products = gram(of: points, count: count)
    let nearest = concurrentMap(count) { row -> [Int] in
      let distances = (0..<count).map { other in
        products[other * count + other] - 2 * products[row * count + other]
      }
      let others = (0..<count).filter { $0 != row }
      return Array(others.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(neighbours))
    }
    var affinity = [Double](repeating: 0, count: count * count)
    for (row, others) in nearest.enumerated() {
      for other in others {
        affinity[row * count + other] += 0.5
        affinity[other * count + row] += 0.5
      }
    }
    return affinity
  }

  private static func gram(of points: [Double], count: Int) -> [Double] {
    var products = [Double](repeating: 0, count: count * count)
    points.withUnsafeBufferPointer { points in
      products.withUnsafeMutableBufferPointer { products in
        guard let base = points.baseAddress, let target = products.baseAddress else { return }
        BLAS.multiplyByTransposed(
          base, base, into: target, m: count, n: count, k: points.count / count)
      }
    }
    return products
  }

  private static func halved(_ affinity: [Double], _ count: Int) -> [Double] {
    let degrees = (0..<count).map { row in
      affinity[row * count..<(row + 1) * count].reduce(0, +)
    }
    var matrix = affinity
    for row in 0..<count {
      for column in 0..<count where matrix[row * count + column] > 0 {
        matrix[row * count + column] /= 2 * (degrees[row] * degrees[column]).squareRoot()
      }
      matrix[row * count + row] += 0.5
    }
    return matrix
  }

  /// The vector with that sign by which its largest element is positive.
  private static func oriented(_ vector: [Double]) -> [Double] {
    let largest = vector.max { abs($0) < abs($1) } ?? 0
    return largest < 0 ? vector.map { -$0 } : vector
  }
}
