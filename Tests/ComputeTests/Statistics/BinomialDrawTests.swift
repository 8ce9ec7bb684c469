import Foundation
import Testing

@testable import Compute

@Suite("Binomial draws")
struct BinomialDrawTests {
  @Test("certain outcomes need no random number")
  func certain() {
    var stream = RandomStream(seed: 1)
    var untouched = stream
    #expect(stream.binomial(trials: 0, part: 1, of: 3) == 0)
    #expect(stream.binomial(trials: 9, part: 0, of: 3) == 0)
    #expect(stream.binomial(trials: 9, part: 3, of: 3) == 9)
    #expect(stream.next() == untouched.next())
  }

  @Test("two trials by hand: one success below ½, two from ½, none from ¾", arguments: 0..<40)
  func twoTrials(seed: UInt64) {
    var (stream, copy) = (RandomStream(seed: seed), RandomStream(seed: seed))
    let u = copy.uniform()
    #expect(stream.binomial(trials: 2, part: 1, of: 2) == (u < 0.5 ? 1 : u < 0.75 ? 2 : 0))
  }

  @Test("probabilities above ½ are those of failures", arguments: 0..<20)
  func complement(seed: UInt64) {
    var (stream, copy) = (RandomStream(seed: seed), RandomStream(seed: seed))
    #expect(
      stream.binomial(trials: 50, part: 7, of: 9)
        == 50 - copy.binomial(trials: 50, part: 2, of: 9))
  }

  @Test(
    "draws follow the distribution",
    arguments: [(1, 1, 3), (7, 2, 5), (40, 1, 100), (1_000, 1, 2), (5_000, 1, 900)])
  func distribution(trials: Int, part: Int, whole: Int) {
    var stream = RandomStream(seed: 17, UInt64(trials))
    let draws = 20_000
    var counts: [Int: Int] = [:]
    for _ in 0..<draws {
      counts[stream.binomial(trials: trials, part: part, of: whole), default: 0] += 1
    }
    #expect(counts.keys.allSatisfy { (0...trials).contains($0) })
    // Pearson's statistic over neighbouring values with at least 50 expected draws together.
    let p = Double(part) / Double(whole)
    var (statistic, cells, expected, seen) = (0.0, 0, 0.0, 0)
    for k in 0...trials {
      expected += Double(draws) * Binomial.pmf(k, trials: trials, probability: p)
      seen += counts[k] ?? 0
      if expected >= 50 || k == trials {
        statistic += (Double(seen) - expected) * (Double(seen) - expected) / max(expected, 1e-9)
        (cells, expected, seen) = (cells + (expected >= 50 ? 1 : 0), 0, 0)
      }
      // What is left above has no weight.
      if Binomial.cdf(k, trials: trials, probability: p) > 1 - 1e-3 { break }
    }
    #expect(cells > 1)
    #expect(ChiSquare.upperTail(statistic, degrees: cells - 1) > 1e-4)
  }

  @Test("a large number of trials keeps mean and variance")
  func large() {
    var stream = RandomStream(seed: 3)
    let (n, p) = (3_000_000, 0.3)
    let draws = (0..<400).map { _ in Double(stream.binomial(trials: n, part: 3, of: 10)) }
    let mean = draws.reduce(0, +) / 400
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399
    // Five standard errors of each.
    #expect(abs(mean - Double(n) * p) < 5 * (Double(n) * p * (1 - p) / 400).squareRoot())
    #expect(abs(variance / (Double(n) * p * (1 - p)) - 1) < 5 * (2.0 / 399).squareRoot())
  }
}
