/// Transposition of row-major matrices.
enum Transpose {
  /// target[column][row] = source[row][column].
  static func matrix(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    // Square tiles keep both sides within a few cache lines.
    let side = 16
    for top in stride(from: 0, to: rows, by: side) {
      for left in stride(from: 0, to: columns, by: side) {
        for row in top..<min(rows, top + side) {
          for column in left..<min(columns, left + side) {
            target[column * rows + row] = source[row * columns + column]
          }
        }
      }
    }
  }
}
