import Foundation
import Testing

@testable import Compute

@Suite("Similarity of features")
struct SimilarityTests {
  typealias Reference = SimilarityReference

  private static func agree(_ a: Double?, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
    a.map { abs($0 - b) <= tolerance * abs(b) } ?? false
  }

  @Test("NumPy's values, to a part in 10⁹")
  func golden() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/compute/similarity_golden.txt")
    var numbers: [String: [Double]] = [:]
    for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ")
      numbers[String(words[0])] = words.dropFirst().compactMap { Double($0) }
    }
    func rows(_ name: String) throws -> [[Double]] {
      let values = try #require(numbers[name])
      let width = values.count / 60
      return (0..<60).map { Array(values[$0 * width..<($0 + 1) * width]) }
    }
    let found = similarity(try rows("x"), try rows("y"))
    #expect(Self.agree(found.cka, try #require(numbers["linear_unbiased"]?.first)))
    #expect(Self.agree(found.procrustes, try #require(numbers["procrustes"]?.first)))
  }

  @Test(
    "equals the sums over all pairs of samples",
    arguments: [(4, 3, 2), (5, 1, 1), (9, 12, 20), (40, 6, 6), (61, 2, 9)])
  func slowReference(n: Int, left: Int, right: Int) {
    for mean in [0.0, 100] {
      let (x, y) = Reference.features(n, left, right, seed: UInt64(n), mean: mean)
      let found = similarity(x, y)
      // The reference itself loses digits where the mean is large.
      let tolerance = mean == 0 ? 1e-9 : 1e-5
      #expect(Self.agree(found.cka, Reference.cka(x, y), tolerance))
      #expect(
        abs((found.procrustes ?? .infinity) - Reference.procrustes(x, y)) < tolerance)
    }
  }

  @Test("neither the order of samples nor the size of blocks matters")
  func permutation() {
    let (x, y) = Reference.features(50, 8, 5, seed: 2)
    let found = similarity(x, y)
    var random = RandomStream(seed: 3)
    let order = Array(0..<50).shuffled(using: &random)
    for block in [1, 13, 50] {
      let other = similarity(order.map { x[$0] }, order.map { y[$0] }, block: block)
      #expect(Self.agree(other.cka, found.cka ?? 0, 1e-10))
      #expect(Self.agree(other.procrustes, found.procrustes ?? 0, 1e-10))
    }
  }

  @Test("neither does a rotation, a scale or a translation of the features")
  func invariance() {
    let (x, y) = Reference.features(40, 4, 6, seed: 4)
    let (cosine, sine) = (cos(0.7), sin(0.7))
    let moved = x.map { row in
      var row = row
      for (i, j) in [(0, 1), (1, 2), (2, 3), (0, 3)] {
        (row[i], row[j]) = (cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j])
      }
      return row.map { 3 * $0 + 5 }
    }
    let (before, after) = (similarity(x, y), similarity(moved, y))
    #expect(Self.agree(after.cka, before.cka ?? 0, 1e-10))
    #expect(Self.agree(after.procrustes, before.procrustes ?? 0, 1e-10))
    let itself = similarity(x, moved)
    #expect(Self.agree(itself.cka, 1, 1e-12))
    #expect((itself.procrustes ?? 1) < 1e-12)
  }

  @Test("both sides are alike, and independent features have a CKA near 0")
  func symmetryAndIndependence() {
    let (x, y) = Reference.features(30, 3, 7, seed: 5)
    let (one, other) = (similarity(x, y), similarity(y, x))
    #expect(Self.agree(one.cka, other.cka ?? 0, 1e-12))
    #expect(Self.agree(one.procrustes, other.procrustes ?? 0, 1e-12))
    let stranger = Reference.features(600, 5, 1, seed: 6).x
    let cka = similarity(Reference.features(600, 5, 1, seed: 7).x, stranger).cka
    #expect(abs(cka ?? 1) < 0.02)
  }

  @Test("undefined with fewer than four samples, without variation, and with NaN or infinity")
  func undefined() {
    let (x, y) = Reference.features(12, 3, 4, seed: 8)
    let few = similarity(Array(x.prefix(3)), Array(y.prefix(3)))
    #expect(few.cka == nil && few.procrustes == nil)
    let constant = similarity(x.map { _ in [0.1, 7, 0] }, y)
    #expect(constant.cka == nil && constant.procrustes == nil)
    // One sample that differs leaves nothing to align: K̃ is a constant, whichever sample it is.
    for odd in [0, 5] {
      #expect(similarity(x.indices.map { [$0 == odd ? 0.3 : 0.1] }, y).cka == nil)
    }
    for value in [Double.nan, .infinity] {
      var broken = x
      broken[5][1] = value
      let found = similarity(broken, y)
      #expect(found.cka == nil && found.procrustes == nil)
    }
  }

  @Test("singular values of a known matrix, upright and lying")
  func singularValues() throws {
    // diag(3, 2) padded with zeros and rotated in its rows.
    let (cosine, sine) = (cos(0.3), sin(0.3))
    let upright = [3 * cosine, -2 * sine, 3 * sine, 2 * cosine, 0, 0]
    let lying = [upright[0], upright[2], 0, upright[1], upright[3], 0]
    for (matrix, m, n) in [(upright, 3, 2), (lying, 2, 3)] {
      let values = try #require(BLAS.singularValues(matrix, m: m, n: n))
      #expect(values.count == 2)
      #expect(abs(values[0] - 3) < 1e-14 && abs(values[1] - 2) < 1e-14)
    }
    #expect(BLAS.singularValues([], m: 0, n: 3) == [])
  }
}
