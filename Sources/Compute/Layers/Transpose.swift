internal import CKernels

/// Transposition of row-major matrices.
enum Transpose {
  /// target[column][row] = source[row][column].
  static func matrix(
    _ source: UnsafePointer<Float>, rows: Int, columns: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    lethe_transpose(source, rows, columns, target)
  }
}
