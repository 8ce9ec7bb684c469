import Foundation

/// The Cochran–Mantel–Haenszel analysis of 2×2 tables, one a stratum.
///
/// Strata with an empty margin carry no information: they are dropped and counted.
public struct MantelHaenszel: Sendable, Equatable {
  /// Strata that were used.
  public let strata: Int
  /// Strata that were dropped for an empty margin.
  public let dropped: Int
  /// The common odds ratio, Σ ad/n / Σ bc/n (Mantel & Haenszel 1959); nil where it is infinite or no
  /// stratum is left.
  public let oddsRatio: Double?
  /// Its 95 % confidence interval, from the variance of the log odds ratio of Robins, Breslow &
  /// Greenland (1986); nil where the odds ratio is 0, infinite or undefined.
  public let interval: Interval?
  /// The chi-square statistic (Σa − ΣE)² / ΣV with one degree of freedom, without continuity
  /// correction; nil if no stratum is left.
  public let statistic: Double?
  /// Its p value.
  public let pValue: Double?
  /// ΣV, the hypergeometric variance of Σa: the information about the log odds ratio at 0.
  public let information: Double

  /// Analyses the tables.
  public init(_ tables: [CountTable]) {
    let used = tables.filter { !$0.hasEmptyMargin }
    strata = used.count
    dropped = tables.count - used.count
    var (r, s) = (0.0, 0.0)
    var (pr, psqr, qs) = (0.0, 0.0, 0.0)
    var (excess, variance) = (0.0, 0.0)
    for table in used {
      let (a, b) = (Double(table.casesWith), Double(table.casesWithout))
      let (c, d) = (Double(table.controlsWith), Double(table.controlsWithout))
      let n = a + b + c + d
      let (p, q) = ((a + d) / n, (b + c) / n)
      let (ri, si) = (a * d / n, b * c / n)
      r += ri
      s += si
      pr += p * ri
      psqr += p * si + q * ri
      qs += q * si
      excess += a - (a + b) * (a + c) / n
      variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1))
    }
    information = variance
    oddsRatio = s > 0 ? r / s : nil
    if r > 0, s > 0 {
      let logVariance = pr / (2 * r * r) + psqr / (2 * r * s) + qs / (2 * s * s)
      let reach = Normal.quantile(0.975) * logVariance.squareRoot()
      interval = Interval(low: exp(log(r / s) - reach), high: exp(log(r / s) + reach))
    } else {
      interval = nil
    }
    statistic = variance > 0 ? excess * excess / variance : nil
    pValue = statistic.map { ChiSquare.upperTail($0, degrees: 1) }
  }

  /// The smallest odds ratio above 1 that a two-sided test at `level` finds with probability `power`.
  ///
  /// exp((z(1 − level/2) + z(power)) / √ΣV), the normal approximation near 1; nil if no stratum is
  /// left. Its reciprocal is the largest one below 1.
  public func detectableOddsRatio(level: Double = 0.05, power: Double = 0.8) -> Double? {
    guard information > 0 else { return nil }
    let reach = Normal.quantile(1 - level / 2) + Normal.quantile(power)
    return exp(reach / information.squareRoot())
  }
}
