internal import COpenBLAS

extension BLAS {
  /// C = A·Bᵀ in double precision, where A is m×k, B is n×k and C is m×n, all row-major.
  static func multiplyByTransposed(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    m: Int, n: Int, k: Int
  ) {
    guard m > 0, n > 0, k > 0 else { return }
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b,
      Int32(k), 0, c, Int32(n))
  }

  /// C = A·B in double precision, where A is m×k, B is k×n and C is m×n, all row-major.
  static func multiply(
    _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, into c: UnsafeMutablePointer<Double>,
    m: Int, n: Int, k: Int
  ) {
    guard m > 0, n > 0, k > 0 else { return }
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b,
      Int32(n), 0, c, Int32(n))
  }

  /// Σ aᵢ bᵢ over `count` numbers.
  static func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ count: Int) -> Double {
    _ = singleThreaded
    return cblas_ddot(Int32(count), a, 1, b, 1)
  }

  /// y += factor·x over `count` numbers.
  static func add(
    _ factor: Double, _ x: UnsafePointer<Double>, to y: UnsafeMutablePointer<Double>, _ count: Int
  ) {
    _ = singleThreaded
    cblas_daxpy(Int32(count), factor, x, 1, y, 1)
  }

  /// The left singular vectors of a matrix that is given transposed; nil if the iteration does not
  /// converge.
  ///
  /// - Parameters:
  ///   - transposed: Finite elements of the transpose of an m×n matrix, row-major [n, m]; used up.
  ///   - m: Rows of the matrix.
  ///   - n: Columns of the matrix.
  /// - Returns: min(m, n) vectors of m numbers, row-major, in descending order of their singular
  ///   values (LAPACK's divide and conquer, `dgesdd`).
  static func leftSingularVectors(
    transposed: consuming [Double], m: Int, n: Int
  ) -> [Double]? {
    precondition(transposed.count == m * n && m > 0 && n > 0)
    _ = singleThreaded
    // LAPACK reads columns first, so it sees the matrix itself.
    let least = min(m, n)
    var (rows, columns, leading, small) = (Int32(m), Int32(n), Int32(m), Int32(least))
    var (query, information) = (Int32(-1), Int32(0))
    var job = CChar(UInt8(ascii: "S"))
    var values = [Double](repeating: 0, count: least)
    var vectors = [Double](repeating: 0, count: m * least)
    var others = [Double](repeating: 0, count: least * n)
    var integers = [Int32](repeating: 0, count: 8 * least)
    var size = 0.0
    dgesdd_(
      &job, &rows, &columns, &transposed, &leading, &values, &vectors, &leading, &others, &small,
      &size, &query, &integers, &information, 1)
    guard information == 0, size >= 1, size < Double(Int32.max) else { return nil }
    var work = [Double](repeating: 0, count: Int(size))
    var length = Int32(size)
    dgesdd_(
      &job, &rows, &columns, &transposed, &leading, &values, &vectors, &leading, &others, &small,
      &work, &length, &integers, &information, 1)
    return information == 0 ? vectors : nil
  }
}
