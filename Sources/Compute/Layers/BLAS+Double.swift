internal import COpenBLAS

extension BLAS {
  /// C += Aᵀ·B in double precision, where A is rows×m, B is rows×n and C is m×n, all row-major.
  static func addCrossProduct(
    _ a: [Double], _ b: [Double], rows: Int, into c: inout [Double], m: Int, n: Int
  ) {
    guard rows > 0, m > 0, n > 0 else { return }
    precondition(a.count == rows * m && b.count == rows * n && c.count == m * n)
    _ = singleThreaded
    cblas_dgemm(
      CblasRowMajor, CblasTrans, CblasNoTrans, Int32(m), Int32(n), Int32(rows), 1, a, Int32(m), b,
      Int32(n), 1, &c, Int32(n))
  }

  /// The singular values of an m×n matrix, descending; nil if the iteration does not converge.
  ///
  /// - Parameters:
  ///   - matrix: Finite elements, row-major; they are used up.
  ///   - m: Rows.
  ///   - n: Columns.
  /// - Returns: min(m, n) values (LAPACK's divide and conquer, `dgesdd`).
  static func singularValues(_ matrix: consuming [Double], m: Int, n: Int) -> [Double]? {
    precondition(matrix.count == m * n)
    guard m > 0, n > 0 else { return [] }
    _ = singleThreaded
    // LAPACK reads columns first: the transpose, whose singular values are the same.
    var (rows, columns, leading, information) = (Int32(n), Int32(m), Int32(n), Int32(0))
    var (one, query) = (Int32(1), Int32(-1))
    var job = CChar(UInt8(ascii: "N"))
    var values = [Double](repeating: 0, count: min(m, n))
    var integers = [Int32](repeating: 0, count: 8 * min(m, n))
    var size = 0.0
    dgesdd_(
      &job, &rows, &columns, &matrix, &leading, &values, nil, &one, nil, &one, &size,
      &query, &integers, &information, 1)
    guard information == 0, size >= 1, size < Double(Int32.max) else { return nil }
    var work = [Double](repeating: 0, count: Int(size))
    var length = Int32(size)
    dgesdd_(
      &job, &rows, &columns, &matrix, &leading, &values, nil, &one, nil, &one, &work,
      &length, &integers, &information, 1)
    return information == 0 ? values : nil
  }
}
