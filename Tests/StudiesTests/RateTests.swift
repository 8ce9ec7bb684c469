import Compute
import Testing

@testable import lethe_studies

@Suite("Rates")
struct RateTests {
  @Test("exact binomial intervals")
  func intervals() throws {
    // scipy.stats.binomtest(k, n).proportion_ci(method="exact")
    let cases: [(Int, Int, Double, Double)] = [
      (0, 20, 0, 0.16843347), (25, 500, 0.03261518, 0.07292762), (20, 20, 0.83156653, 1),
    ]
    for (found, count, low, high) in cases {
      let interval = try #require(Rate(found: found, of: count).interval)
      #expect(abs(interval.low - low) < 1e-6)
      #expect(abs(interval.high - high) < 1e-6)
    }
    #expect(Rate(found: 0, of: 0).interval == nil)
  }
}
