import Foundation

/// Student's t distribution.
public enum StudentT {
  /// P(|T| ≥ |t|) with `degrees` of freedom: the two-sided p value of a statistic t.
  ///
  /// The regularised incomplete beta function I(ν/(ν + t²); ν/2, ½) (Abramowitz & Stegun 26.7.1).
  public static func twoSided(_ t: Double, degrees: Int) -> Double {
    guard degrees > 0, !t.isNaN else { return .nan }
    guard t.isFinite else { return 0 }
    return incompleteBeta(t * t, Double(degrees))
  }

  /// The t for which P(T ≤ t) = p; ∓∞ at 0 and 1, NaN outside [0, 1].
  public static func quantile(_ p: Double, degrees: Int) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0.5 { return 0 }
    if p < 0.5 { return -quantile(1 - p, degrees: degrees) }
    if p == 1 { return .infinity }
    let tail = 2 * (1 - p)
    var (low, high) = (0.0, 1.0)
    while twoSided(high, degrees: degrees) > tail { high *= 2 }
    // Bisection to neighbouring numbers: slow and certain.
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return high }
      if twoSided(middle, degrees: degrees) > tail { low = middle } else { high = middle }
    }
  }

  /// I(x; ν/2, ½) at x = ν/(ν + square), from whichever end converges fast.
  private static func incompleteBeta(_ square: Double, _ degrees: Double) -> Double {
    let (a, b) = (degrees / 2, 0.5)
    // x and 1 − x, each without cancellation.
    let (x, y) = (degrees / (degrees + square), square / (degrees + square))
    guard y > 0 else { return 1 }
    guard x > 0 else { return 0 }
    let scale = exp(
      lgamma(a + b).0 - lgamma(a).0 - lgamma(b).0 + a * log(x) + b * log(y))
    return x < (a + 1) / (a + b + 2)
      ? scale * fraction(x, a, b) / a : 1 - scale * fraction(y, b, a) / b
  }

  /// The continued fraction of the incomplete beta function (A&S 26.5.8), by Lentz's method.
  private static func fraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    let away = { (value: Double) in abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var product = d
    for m in 1..<10_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / away(1 + even * d)
      c = away(1 + even / c)
      product *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / away(1 + odd * d)
      c = away(1 + odd / c)
      let change = d * c
      product *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return product
  }
}
