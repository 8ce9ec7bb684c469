import Testing

@testable import Compute

@Suite("Transposition")
struct TransposeTests {
  @Test(
    "Every number comes to its place", arguments: [(1, 5), (8, 8), (16, 24), (13, 9), (31, 40)])
  func places(rows: Int, columns: Int) {
    let source = (0..<rows * columns).map { Float($0) }
    let target = FloatBuffer(count: rows * columns)
    Transpose.matrix(source, rows: rows, columns: columns, into: target.start)
    for (place, value) in target.values(rows * columns).enumerated() {
      let (column, row) = place.quotientAndRemainder(dividingBy: rows)
      #expect(value == source[row * columns + column])
    }
  }
}
