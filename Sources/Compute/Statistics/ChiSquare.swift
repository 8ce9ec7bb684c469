import Foundation

/// The chi-square distribution.
public enum ChiSquare {
  /// P(X ≥ x) with `degrees` of freedom: the p value of a statistic x.
  ///
  /// Regularised incomplete gamma function Q(degrees/2, x/2), by series or continued fraction
  /// (Abramowitz & Stegun 6.5.29, 6.5.31).
  public static func upperTail(_ x: Double, degrees: Int) -> Double {
    guard degrees > 0, !x.isNaN else { return .nan }
    guard x > 0 else { return 1 }
    if degrees == 1 { return Normal.twoSided(x.squareRoot()) }
    let (shape, half) = (Double(degrees) / 2, x / 2)
    return half < shape + 1 ? 1 - lowerSeries(shape, half) : upperFraction(shape, half)
  }

  /// P(X ≤ x) with `degrees` of freedom.
  public static func cdf(_ x: Double, degrees: Int) -> Double {
    guard degrees > 0, !x.isNaN else { return .nan }
    guard x > 0 else { return 0 }
    if degrees == 1 { return erf((x / 2).squareRoot()) }
    let (shape, half) = (Double(degrees) / 2, x / 2)
    return half < shape + 1 ? lowerSeries(shape, half) : 1 - upperFraction(shape, half)
  }

  /// The x for which P(X ≤ x) = p; 0 and ∞ at the ends, NaN outside [0, 1].
  public static func quantile(_ p: Double, degrees: Int) -> Double {
    guard degrees > 0, p >= 0, p <= 1 else { return .nan }
    if p == 0 { return 0 }
    if p == 1 { return .infinity }
    var (low, high) = (0.0, Double(degrees))
    while cdf(high, degrees: degrees) < p { high *= 2 }
    // Bisection to neighbouring numbers: slow and certain.
    while true {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { return high }
      if cdf(middle, degrees: degrees) < p { low = middle } else { high = middle }
    }
  }

  /// P(a, x) = xᵃe⁻ˣ/Γ(a+1) · Σ xⁿ/((a+1)…(a+n)).
  private static func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var n = 1.0
    while term > sum * 1e-17, n < 10_000 {
      term *= x / (a + n)
      sum += term
      n += 1
    }
    return min(1, sum * exp(a * log(x) - x - logGamma(a + 1)))
  }

  /// Q(a, x) by the continued fraction, evaluated with Lentz's method.
  private static func upperFraction(_ a: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var b = x + 1 - a
    var c = 1 / tiny
    var d = 1 / b
    var product = d
    for n in 1..<10_000 {
      let factor = -Double(n) * (Double(n) - a)
      b += 2
      d = factor * d + b
      if abs(d) < tiny { d = tiny }
      c = b + factor / c
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let change = d * c
      product *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return product * exp(a * log(x) - x - logGamma(a))
  }

  private static func logGamma(_ x: Double) -> Double { lgamma(x).0 }
}
