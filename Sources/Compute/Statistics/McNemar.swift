/// McNemar's test of two paired classifiers.
public enum McNemar {
  /// The two-sided mid-p value of `b` and `c` discordant pairs.
  ///
  /// With n = b + c and k = min(b, c): 2·(F(k; n, ½) − ½·f(k; n, ½)); 1 − ½·f(k; n, ½) when
  /// b = c; 1 when n = 0 (Fagerland, Lydersen & Laake 2013, BMC Med. Res. Methodol. 13:91).
  /// It takes the pairs for independent.
  public static func midP(_ b: Int, _ c: Int) -> Double {
    let n = b + c
    guard n > 0 else { return 1 }
    let k = min(b, c)
    let atK = Binomial.pmf(k, trials: n, probability: 0.5)
    if b == c { return 1 - atK / 2 }
    return min(1, 2 * (Binomial.cdf(k, trials: n, probability: 0.5) - atK / 2))
  }
}
