/// What the best rotation leaves of the difference between two sets of features.
public enum Procrustes {
  /// 2 − 2·‖XᵀY‖_* of features that are centred and scaled to ‖X‖ = ‖Y‖ = 1 (Schönemann 1966;
  /// Ding, Denain & Steinhardt 2021), where ‖·‖_* is the sum of the singular values.
  ///
  /// - Parameter moments: Of both sets of features.
  /// - Returns: 0 for features that a rotation, a scale and a translation make equal, at most 2;
  ///   nil with fewer than four samples, where a set of features does not vary, or if a feature is
  ///   not finite.
  public static func distance(_ moments: CrossMoments) -> Double? {
    guard moments.count >= 4,
      let left = norm(moments.sums.left, moments.squares.left, moments.count),
      let right = norm(moments.sums.right, moments.squares.right, moments.count)
    else { return nil }
    let scale = left * right
    var centred = moments.products
    for row in 0..<moments.left {
      let mean = moments.sums.left[row] / Double(moments.count)
      for column in 0..<moments.right {
        let index = row * moments.right + column
        centred[index] = (centred[index] - mean * moments.sums.right[column]) / scale
      }
    }
    guard centred.allSatisfy(\.isFinite),
      let values = BLAS.singularValues(centred, m: moments.left, n: moments.right)
    else { return nil }
    return max(0, 2 - 2 * values.reduce(0, +))
  }

  /// The Frobenius norm of centred features; nil if they do not vary or it is not finite.
  private static func norm(_ sum: [Double], _ squares: Double, _ count: Int) -> Double? {
    let square = squares - dot(sum, sum) / Double(count)
    guard square.isFinite, square > 1e-12 * squares else { return nil }
    return square.squareRoot()
  }
}
