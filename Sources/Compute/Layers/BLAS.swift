internal import COpenBLAS

/// Matrix products on row-major float32 arrays, each on the calling thread.
enum BLAS {
  // OpenBLAS would split one product over all cores; this program splits the batch instead,
  // so that a result cannot depend on the number of threads.
  static let singleThreaded: Void = openblas_set_num_threads(1)

  /// A row-major matrix that a product reads.
  struct Operand {
    let start: UnsafePointer<Float>
    let stride: Int
    let isTransposed: Bool

    /// Rows `stride` apart, read as they stand.
    static func plain(_ start: UnsafePointer<Float>, stride: Int) -> Operand {
      Operand(start: start, stride: stride, isTransposed: false)
    }

    /// Rows `stride` apart, read as columns.
    static func transposed(_ start: UnsafePointer<Float>, stride: Int) -> Operand {
      Operand(start: start, stride: stride, isTransposed: true)
    }
  }

  /// C = A·B, or C += A·B, where A is m×k, B is k×n and C is m×n with rows `stride` apart.
  static func multiply(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, accumulate: Bool = false
  ) {
    _ = singleThreaded
    cblas_sgemm(
      CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
      b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a.start,
      Int32(a.stride), b.start, Int32(b.stride), accumulate ? 1 : 0, c, Int32(stride))
  }
}
