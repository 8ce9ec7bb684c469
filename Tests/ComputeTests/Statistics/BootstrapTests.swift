import Testing

@testable import Compute

@Suite("Subject bootstrap")
struct BootstrapTests {
  @Test("two subjects by hand: rates 0 and 1 resample to 0, ½ and 1")
  func twoSubjects() {
    let interval = SubjectBootstrap().interval(ratioOf: [0, 10], to: [10, 10])
    // A quarter of the resamples draws subject 1 twice, a quarter subject 2 twice.
    #expect(interval == Interval(low: 0, high: 1))
  }

  @Test("no interval below two subjects, nor where the statistic is undefined")
  func undefined() {
    #expect(SubjectBootstrap().interval(ratioOf: [1], to: [2]) == nil)
    #expect(SubjectBootstrap().interval(ratioOf: [], to: []) == nil)
    #expect(SubjectBootstrap().interval(ratioOf: [0, 0], to: [0, 0]) == nil)
  }

  @Test("equal subjects leave no spread")
  func noSpread() {
    let interval = SubjectBootstrap().interval(ratioOf: [3, 3, 3], to: [10, 10, 10])
    #expect(interval == Interval(low: 0.3, high: 0.3))
  }

  @Test("equals a plain serial loop with the same draws, bit for bit")
  func serialReference() {
    var stream = RandomStream(seed: 5)
    let denominators = (0..<17).map { _ in 1 + stream.below(40) }
    let numerators = denominators.map { stream.below($0 + 1) }
    let interval = SubjectBootstrap(resamples: 2_000, seed: 11)
      .interval(ratioOf: numerators, to: denominators)
    var values: [Double] = []
    for resample in 0..<2_000 {
      var draws = RandomStream(
        seed: 11, RandomStream.key("subject bootstrap"), UInt64(resample))
      var (numerator, denominator) = (0, 0)
      for _ in 0..<17 {
        let subject = draws.below(17)
        numerator += numerators[subject]
        denominator += denominators[subject]
      }
      values.append(Double(numerator) / Double(denominator))
    }
    values.sort()
    // Definition 7: place q·(n − 1) = 49.975 and 1949.025.
    let low = values[49] + (0.025 * 1999 - 49) * (values[50] - values[49])
    let high = values[1949] + (0.975 * 1999 - 1949) * (values[1950] - values[1949])
    #expect(isWithin(interval?.low, low, 1e-12))
    #expect(isWithin(interval?.high, high, 1e-12))
  }

  @Test("the interval of a mean over many subjects nears the normal one")
  func normalLimit() {
    var stream = RandomStream(seed: 2)
    let hits = (0..<400).map { _ in stream.chance(0.3) ? 1 : 0 }
    let p = Double(hits.reduce(0, +)) / 400
    let reach = 1.96 * (p * (1 - p) / 400).squareRoot()
    let interval = SubjectBootstrap(resamples: 4_000)
      .interval(ratioOf: hits, to: Array(repeating: 1, count: 400))
    // The percentile of 4000 resamples is within about a tenth of a standard error.
    #expect(abs((interval?.low ?? 0) - (p - reach)) < 0.1 * reach)
    #expect(abs((interval?.high ?? 0) - (p + reach)) < 0.1 * reach)
  }

  @Test("a concurrent map keeps the order")
  func concurrentOrder() {
    #expect(concurrentMap(1_000) { "\($0)" } == (0..<1_000).map { "\($0)" })
    #expect(concurrentMap(0) { $0 } == [])
  }
}
