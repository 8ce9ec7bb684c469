import Foundation

/// The standard normal distribution.
public enum Normal {
  /// P(Z ≤ z).
  public static func cdf(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// P(|Z| ≥ |z|): the two-sided p value of a z score.
  public static func twoSided(_ z: Double) -> Double { erfc(abs(z) * 0.5.squareRoot()) }

  /// The z for which P(Z ≤ z) = p; ∓∞ at 0 and 1, NaN outside [0, 1].
  ///
  /// A rational approximation (Acklam 2003, relative error 1.2e-9) and one step of Halley's method
  /// against `cdf`, which brings it to rounding.
  public static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else {
      return p == 0 ? -.infinity : p == 1 ? .infinity : .nan
    }
    // Rounding is relative in the lower tail: take the upper half from it.
    if p > 0.5 { return -quantile(1 - p) }
    let z = approximateQuantile(p)
    let step = (cdf(z) - p) * (2 * Double.pi).squareRoot() * exp(z * z / 2)
    return z - step / (1 + z * step / 2)
  }

  private static func approximateQuantile(_ p: Double) -> Double {
    if p < 0.02425 {
      let q = (-2 * log(p)).squareRoot()
      return polynomial(tailNumerator, q) / (polynomial(tailDenominator, q) * q + 1)
    }
    let q = p - 0.5
    let r = q * q
    return polynomial(centreNumerator, r) * q / (polynomial(centreDenominator, r) * r + 1)
  }

  /// Horner's scheme, highest power first.
  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reduce(0) { $0 * x + $1 }
  }

  private static let centreNumerator = [
    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
    1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00,
  ]
  private static let centreDenominator = [
    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
    6.680131188771972e+01, -1.328068155288572e+01,
  ]
  private static let tailNumerator = [
    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
    -2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00,
  ]
  private static let tailDenominator = [
    7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00,
  ]
}
