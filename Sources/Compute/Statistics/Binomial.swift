import Foundation

/// The binomial distribution: k successes among n independent trials of probability p.
///
/// The probability is computed from deviances, so that its relative error stays near 1e-15 where
/// a difference of log-factorials would lose digits with n
/// (Loader 2000, "Fast and accurate computation of binomial probabilities").
public enum Binomial {
  /// The natural logarithm of P(X = k); −∞ where it cannot happen.
  public static func logPMF(_ k: Int, trials n: Int, probability p: Double) -> Double {
    guard n >= 0, k >= 0, k <= n, p >= 0, p <= 1 else { return -.infinity }
    if p == 0 { return k == 0 ? 0 : -.infinity }
    if p == 1 { return k == n ? 0 : -.infinity }
    let q = 1 - p
    if k == 0 { return Double(n) * log1p(-p) }
    if k == n { return Double(n) * log(p) }
    let (n, k) = (Double(n), Double(k))
    return stirlingError(n) - stirlingError(k) - stirlingError(n - k)
      - deviance(k, n * p) - deviance(n - k, n * q)
      + 0.5 * log(n / (2 * Double.pi * k * (n - k)))
  }

  /// P(X = k).
  public static func pmf(_ k: Int, trials n: Int, probability p: Double) -> Double {
    exp(logPMF(k, trials: n, probability: p))
  }

  /// P(X ≤ k).
  ///
  /// The shorter tail is summed from its largest term outward until the terms vanish.
  public static func cdf(_ k: Int, trials n: Int, probability p: Double) -> Double {
    guard n >= 0, k >= 0, p >= 0, p <= 1 else { return 0 }
    guard k < n else { return 1 }
    if p == 0 { return 1 }
    if p == 1 { return 0 }
    if Double(k) <= Double(n) * p { return lowerTail(k, n, p) }
    // P(X ≤ k) = 1 − P(n − X ≤ n − k − 1), and n − X has probability 1 − p.
    return 1 - lowerTail(n - k - 1, n, 1 - p)
  }

  /// Σ_{i ≤ k} P(X = i), for k at or below the mean: the terms fall on the way down.
  private static func lowerTail(_ k: Int, _ n: Int, _ p: Double) -> Double {
    let odds = (1 - p) / p
    var term = 1.0
    var sum = 1.0
    var i = k
    while i > 0 {
      term *= odds * Double(i) / Double(n - i + 1)
      sum += term
      if term < sum * 1e-18 { break }
      i -= 1
    }
    return min(1, pmf(k, trials: n, probability: p) * sum)
  }

  /// log(n!) − log(√(2πn)·(n/e)ⁿ), for an integral n ≥ 1.
  private static func stirlingError(_ n: Double) -> Double {
    if n < 16 {
      let factorial = stride(from: 2.0, through: n, by: 1).reduce(1, *)
      return log(factorial) - (0.5 * log(2 * Double.pi * n) + n * log(n) - n)
    }
    let square = n * n
    let series = 1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / square) / square
    return (1.0 / 12 - (1.0 / 360 - series / square) / square) / n
  }

  /// x·log(x / m) + m − x, by its series where x is near m.
  private static func deviance(_ x: Double, _ m: Double) -> Double {
    guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
    let v = (x - m) / (x + m)
    var sum = (x - m) * v
    var power = 2 * x * v
    for j in 1..<1000 {
      power *= v * v
      let next = sum + power / Double(2 * j + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }
}
