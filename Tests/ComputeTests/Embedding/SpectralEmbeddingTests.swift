import Testing

@testable import Compute

@Suite("Spectral embedding and k-means") struct SpectralEmbeddingTests {
  /// Two squares of four points each, far apart.
  private let squares: [Double] = [
    0, 0, 0, 1, 1, 0, 1, 1, 50, 0, 50, 1, 51, 0, 51, 1,
  ]

  @Test("two parts of a graph: eigenvalue 0 twice, and one place a part")
  func parts() throws {
    // With three neighbours each square is a complete graph on four points, whose normalised
    // Laplacian has the eigenvalues 0 and 4/3.
    let found = try #require(
      SpectralEmbedding(of: squares, count: 8, neighbours: 3, dimensions: 3))
    #expect(found.dimensions == 3 && found.values.count == 24)
    #expect(abs(found.eigenvalues[0]) < 1e-12 && abs(found.eigenvalues[1]) < 1e-12)
    #expect(abs(found.eigenvalues[2] - 4.0 / 3) < 1e-12)
    let plane = try #require(
      SpectralEmbedding(of: squares, count: 8, neighbours: 3, dimensions: 2))
    for point in 1..<8 {
      let first = point < 4 ? 0 : 4
      for axis in 0..<2 {
        #expect(
          abs(plane.values[point * 2 + axis] - plane.values[first * 2 + axis]) < 1e-12)
      }
    }
    // Orthogonal vectors: so are the places of the two parts.
    let product = plane.values[0] * plane.values[8] + plane.values[1] * plane.values[9]
    #expect(abs(product) < 1e-12)
    #expect(
      KMeans.groups(of: plane.values, count: 8, groups: 2) == [0, 0, 0, 0, 1, 1, 1, 1])
  }

  @Test("a path of three points by hand")
  func path() throws {
    // One neighbour each: 0→1, 1→0, 2→1, so A₀₁ = 1 and A₁₂ = ½, degrees 1, 1.5 and 0.5. The
    // normalised Laplacian is bipartite: its eigenvalues are 0, 1 and 2.
    let found = try #require(
      SpectralEmbedding(of: [0, 1, 3], count: 3, neighbours: 1, dimensions: 8))
    #expect(found.dimensions == 3)
    for (value, expected) in zip(found.eigenvalues, [0.0, 1, 2]) {
      #expect(abs(value - expected) < 1e-12)
    }
    #expect(
      SpectralEmbedding.affinity(of: [0, 1, 3], count: 3, neighbours: 1)
        == [0, 1, 0, 1, 0, 0.5, 0, 0.5, 0])
    for point in 0..<3 {
      let length = found.values[point * 3..<point * 3 + 3].reduce(0) { $0 + $1 * $1 }
      #expect(abs(length - 1) < 1e-12)
    }
  }

  @Test("one point, equal points and numbers that are none")
  func edges() {
    #expect(SpectralEmbedding(of: [3, 4], count: 1)?.values == [1])
    #expect(SpectralEmbedding(of: [1, 1, 1, 1], count: 4)?.dimensions == 4)
    #expect(SpectralEmbedding(of: [1, .nan], count: 2) == nil)
  }

  @Test("k-means finds planted groups, and no more groups than points")
  func planted() {
    var stream = RandomStream(seed: 3)
    var points: [Double] = []
    for index in 0..<30 {
      let group = Double(index % 3)
      points.append(group * 10 + stream.uniform())
      points.append(group * -7 + stream.uniform())
    }
    let groups = KMeans.groups(of: points, count: 30, groups: 3)
    #expect(groups == (0..<30).map { $0 % 3 })
    #expect(KMeans.groups(of: points, count: 30, groups: 3, seed: 9) == groups)
    #expect(KMeans.groups(of: [5, 7], count: 2, groups: 4) == [0, 1])
    #expect(Set(KMeans.groups(of: [1, 1, 1], count: 3, groups: 2)).isSubset(of: [0, 1]))
  }
}
