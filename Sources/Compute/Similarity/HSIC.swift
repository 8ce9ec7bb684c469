/// The unbiased estimate of the Hilbert–Schmidt independence criterion with linear kernels, HSIC₁.
///
/// After Song, Smola, Gretton, Bedo & Borgwardt 2012 and Nguyen, Raghu & Kornblith 2021.
/// With K̃ and L̃ the Gram matrices of n samples whose diagonals are set to 0:
/// (tr K̃L̃ + 1ᵀK̃1·1ᵀL̃1 / ((n−1)(n−2)) − 2·1ᵀK̃L̃1 / (n−2)) / (n(n−3)).
public struct HSIC: Sendable, Equatable {
  /// The estimate; it can be negative.
  public let value: Double
  /// The size of what was added up, against which a rounding error is judged.
  private let magnitude: Double

  /// Whether the estimate is above what rounding alone can leave of features that do not vary.
  var isPositive: Bool { value > 1e-12 * magnitude }

  /// The estimate of samples; nil with fewer than four of them, or if a feature is not finite.
  ///
  /// In feature space: tr K̃L̃ = ‖Σxyᵀ‖² − Σ‖x‖²‖y‖², 1ᵀK̃1 = ‖Σx‖² − Σ‖x‖², and
  /// 1ᵀK̃L̃1 = Σ (x·Σx − ‖x‖²)(y·Σy − ‖y‖²), multiplied out.
  public init?(_ moments: CrossMoments) {
    guard moments.count >= 4 else { return nil }
    let n = Double(moments.count)
    let (sums, squares, weighted) = (moments.sums, moments.squares, moments.weightedSums)
    let squareProducts = moments.squareProducts
    let norm = dot(moments.products, moments.products)
    let left = dot(sums.left, sums.left)
    let right = dot(sums.right, sums.right)
    let bilinear = HSIC.bilinear(moments.products, sums.left, sums.right)
    let (crossLeft, crossRight) = (
      dot(sums.left, weighted.left), dot(sums.right, weighted.right)
    )
    let pairs = (n - 1) * (n - 2)
    let total =
      (norm - squareProducts) + (left - squares.left) * (right - squares.right) / pairs
      - 2 * (bilinear - crossLeft - crossRight + squareProducts) / (n - 2)
    let size =
      (norm + squareProducts) + (left + squares.left) * (right + squares.right) / pairs
      + 2 * (abs(bilinear) + abs(crossLeft) + abs(crossRight) + squareProducts) / (n - 2)
    value = total / (n * (n - 3))
    magnitude = size / (n * (n - 3))
    guard value.isFinite, magnitude.isFinite else { return nil }
  }

  /// aᵀ·M·b, where M is row-major.
  private static func bilinear(_ matrix: [Double], _ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for (row, weight) in a.enumerated() {
      var product = 0.0
      for column in b.indices { product += matrix[row * b.count + column] * b[column] }
      sum += weight * product
    }
    return sum
  }
}

/// Linear centred kernel alignment from HSIC₁.
///
/// After Kornblith, Norouzi, Lee & Hinton 2019.
public enum LinearCKA {
  /// HSIC₁(X, Y) / √(HSIC₁(X, X) · HSIC₁(Y, Y)).
  ///
  /// - Parameters:
  ///   - cross: Of both sets of features.
  ///   - left: Of the left with itself.
  ///   - right: Of the right with itself.
  /// - Returns: At most 1, and near 0 (of either sign) for features that have nothing to do with
  ///   each other; nil where an estimate is undefined or a set of features does not vary.
  public static func value(cross: HSIC?, left: HSIC?, right: HSIC?) -> Double? {
    guard let cross, let left, let right, left.isPositive, right.isPositive else { return nil }
    let alignment = cross.value / (left.value.squareRoot() * right.value.squareRoot())
    return alignment.isFinite ? min(1, alignment) : nil
  }
}
