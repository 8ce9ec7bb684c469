import Foundation
import Testing

@testable import Compute

/// |a − b| within `tolerance` of |b|, or of 1e-300 around zero.
func isWithin(_ a: Double?, _ b: Double, _ tolerance: Double) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance * abs(b) + 1e-300
}

@Suite("Distributions")
struct DistributionTests {
  // mpmath, 40 digits: log C(n, k) + k·log p + (n − k)·log(1 − p).
  @Test(
    "log of the binomial probability",
    arguments: [
      (0, 10, 0.3, -3.5667494393873236), (3, 10, 0.3, -1.3211512777668886),
      (40, 62, 0.5, -4.9007645884192345), (150, 350, 0.5, -6.7288589629795284),
      (499_000, 1_000_000, 0.5, -9.1335462149596645), (3, 1_000_000, 1e-6, -2.7917599692293884),
      (7, 20, 0.9, -19.412838571962733),
    ])
  func binomialLogPMF(k: Int, n: Int, p: Double, expected: Double) {
    #expect(isWithin(Binomial.logPMF(k, trials: n, probability: p), expected, 1e-13))
  }

  // scipy.stats.binom.cdf.
  @Test(
    "binomial distribution function",
    arguments: [
      (0, 10, 0.3, 0.028247524900000005), (3, 10, 0.3, 0.6496107184000002),
      (40, 62, 0.5, 0.9924329595012764), (150, 350, 0.5, 0.004360018265277973),
      (499_000, 1_000_000, 0.5, 0.0228041499326948), (3, 1_000_000, 1e-6, 0.9810119044370966),
      (7, 20, 0.9, 3.923225404119989e-09),
    ])
  func binomialCDF(k: Int, n: Int, p: Double, expected: Double) {
    #expect(isWithin(Binomial.cdf(k, trials: n, probability: p), expected, 1e-11))
  }

  @Test("binomial probabilities sum to one and to the distribution function")
  func binomialSums() {
    for n in 0...40 {
      for p in [0.0, 0.01, 0.37, 0.5, 0.99, 1.0] {
        var sum = 0.0
        for k in 0...n {
          sum += Binomial.pmf(k, trials: n, probability: p)
          #expect(
            abs(Binomial.cdf(k, trials: n, probability: p) - sum) < 1e-13, "k \(k) n \(n) p \(p)")
        }
        #expect(abs(sum - 1) < 1e-13)
      }
    }
    #expect(Binomial.pmf(-1, trials: 3, probability: 0.5) == 0)
    #expect(Binomial.pmf(4, trials: 3, probability: 0.5) == 0)
    #expect(Binomial.cdf(-1, trials: 3, probability: 0.5) == 0)
    #expect(Binomial.cdf(9, trials: 3, probability: 0.5) == 1)
  }

  // scipy.stats.norm.
  @Test(
    "normal distribution function",
    arguments: [
      (-8, 6.22096057427174e-16), (-1.5, 0.06680720126885807), (0, 0.5),
      (1.96, 0.9750021048517795), (3, 0.9986501019683699),
    ])
  func normalCDF(z: Double, expected: Double) { #expect(isWithin(Normal.cdf(z), expected, 1e-13)) }

  @Test(
    "normal quantile",
    arguments: [
      (1e-300, -37.0470962993612), (1e-12, -7.034483825301131), (0.01, -2.3263478740408408),
      (0.025, -1.9599639845400545), (0.3, -0.5244005127080409), (0.5, 0),
      (0.9, 1.2815515655446004), (0.975, 1.959963984540054),
    ])
  func normalQuantile(p: Double, expected: Double) {
    #expect(abs(Normal.quantile(p) - expected) <= 1e-13 * max(1, abs(expected)))
  }

  @Test("normal quantile at the ends")
  func normalQuantileEnds() {
    #expect(Normal.quantile(0) == -.infinity)
    #expect(Normal.quantile(1) == .infinity)
    #expect(Normal.quantile(1.1).isNaN)
  }

  // scipy.stats.chi2: statistic, degrees of freedom, sf, cdf.
  @Test(
    "chi-square tails",
    arguments: [
      (3.84, 1, 0.05004352124870519, 0.9499564787512949),
      (0.5, 2, 0.7788007830714049, 0.22119921692859512),
      (20, 3, 0.00016974243555282632, 0.9998302575644472),
      (100, 10, 5.4497019829205215e-17, 1),
      (5, 10, 0.8911780189141513, 0.10882198108584877),
      (1e-3, 1, 0.9747728793699604, 0.02522712063003961),
    ])
  func chiSquare(x: Double, degrees: Int, upper: Double, lower: Double) {
    #expect(isWithin(ChiSquare.upperTail(x, degrees: degrees), upper, 1e-12))
    #expect(isWithin(ChiSquare.cdf(x, degrees: degrees), lower, 1e-12))
  }

  @Test(
    "chi-square quantile",
    arguments: [
      (0.95, 1, 3.841458820694124), (0.5, 3, 2.3659738843753377), (0.01, 10, 2.5582121601872063),
    ])
  func chiSquareQuantile(p: Double, degrees: Int, expected: Double) {
    #expect(isWithin(ChiSquare.quantile(p, degrees: degrees), expected, 1e-12))
  }
}
