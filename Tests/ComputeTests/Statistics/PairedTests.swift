import Testing

@testable import Compute

@Suite("Paired classifiers")
struct PairedTests {
  // b, c, mid-p: written by generate_torch.py with scipy.stats.binom (statistics_golden.h5).
  @Test(
    "mid-p McNemar equals the reference",
    arguments: [
      (0, 0, 1.0), (5, 5, 8.76953125e-01), (3, 12, 2.12707520e-02), (1, 9, 1.17187500e-02),
      (40, 22, 2.25749727e-02), (200, 150, 7.52413979e-03),
    ])
  func midP(b: Int, c: Int, expected: Double) {
    #expect(isWithin(McNemar.midP(b, c), expected, 1e-8))
    #expect(McNemar.midP(b, c) == McNemar.midP(c, b))
  }

  @Test("mid-p by hand: 1 against 3 is 2·(1 + 4)/16 − 4/16 = 6/16")
  func midPByHand() { #expect(isWithin(McNemar.midP(1, 3), 0.375, 1e-14)) }

  @Test("mid-p of many pairs stays a probability")
  func midPLarge() {
    #expect(isWithin(McNemar.midP(500_000, 500_000), 1 - 0.000797884460785 / 2, 1e-9))
    #expect(McNemar.midP(0, 1_000_000) == 0)
  }

  @Test("flip rates by hand")
  func flips() {
    // 5 + 2 + 1 + 2 = 10 samples, one of the missed changed its wrong answer.
    let counts = FlipCounts(retained: 5, forgotten: 2, gained: 1, missed: 2, changed: 4)
    #expect(counts.n == 10)
    #expect(counts.negativeFlipRate == 0.2)
    #expect(counts.positiveFlipRate == 0.1)
    #expect(counts.churn == 0.4)
    #expect(counts.accuracyBefore == 0.7)
    #expect(counts.accuracyAfter == 0.6)
    // 0.7·(1 − 0.6)
    #expect(isWithin(counts.chanceNegativeFlipRate, 0.28, 1e-15))
    #expect(FlipCounts().negativeFlipRate == nil)
    #expect(FlipCounts().chanceNegativeFlipRate == nil)
  }

  @Test("sign flips by hand: +1 +1 +1 has 2 of 8 patterns as extreme, +2 −1 has all 4 but ±1")
  func signFlipByHand() {
    #expect(isWithin(SignFlipTest.pValue(differences: [1, 1, 1]), 0.25, 1e-14))
    #expect(SignFlipTest.pValue(differences: [1.0, 1.0, 1.0]) == 0.25)
    // |±2 ± 1| is 3 or 1: each pattern reaches the observed 1.
    #expect(SignFlipTest.pValue(differences: [2, -1]) == 1)
    #expect(SignFlipTest.pValue(differences: [2, 1]) == 0.5)
    #expect(SignFlipTest.pValue(differences: [Int]()) == 1)
    #expect(SignFlipTest.pValue(differences: [0, 0]) == 1)
    // One subject can never be significant.
    #expect(SignFlipTest.pValue(differences: [40]) == 1)
  }

  // b, c, exact two-sided p of the same reference.
  @Test(
    "when each sample is its own subject, sign flips are McNemar's exact test",
    arguments: [
      (0, 0, 1.0), (5, 5, 1.0), (3, 12, 3.51562500e-02), (1, 9, 2.14843750e-02),
      (40, 22, 3.00158643e-02), (200, 150, 8.72003653e-03),
    ])
  func signFlipExact(b: Int, c: Int, expected: Double) {
    let differences = Array(repeating: 1, count: b) + Array(repeating: -1, count: c)
    #expect(isWithin(SignFlipTest.pValue(differences: differences), expected, 1e-8))
    #expect(isWithin(SignFlipTest.pValue(differences: differences.map { 3 * $0 }), expected, 1e-8))
  }

  @Test("convolution equals enumeration, and drawing comes near", arguments: 0..<40)
  func signFlipAgrees(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    let differences = (0..<12).map { _ in stream.below(9) - 3 }
    // No permutations are few enough to count them one by one.
    let exact = SignFlipTest.pValue(differences: differences, permutations: 1)
    let enumerated = SignFlipTest.pValue(differences: differences.map(Double.init))
    #expect(isWithin(exact, enumerated, 1e-12))
    // 4096 patterns are more than 4000 permutations, so these are drawn: ±5 standard errors.
    let drawn = SignFlipTest.pValue(differences: differences.map(Double.init), permutations: 4_000)
    #expect(abs(drawn - exact) < 5 * (0.25 / 4_000).squareRoot())
  }

  @Test("drawn patterns cover more than 64 subjects and repeat with their seed")
  func signFlipDrawn() {
    var stream = RandomStream(seed: 9)
    let differences = (0..<150).map { _ in stream.normal(0.1, 1) }
    let first = SignFlipTest.pValue(differences: differences, seed: 3)
    #expect(first == SignFlipTest.pValue(differences: differences, seed: 3))
    // The sum is approximately normal with the variance Σd².
    let sum = differences.reduce(0, +)
    let z = sum / differences.reduce(0) { $0 + $1 * $1 }.squareRoot()
    #expect(abs(first - Normal.twoSided(z)) < 0.02)
  }

  @Test("the sign-flip p is calibrated under its null")
  func signFlipCalibration() {
    let trials = 1_000
    let rejected = (0..<trials).count { trial in
      var stream = RandomStream(seed: 77, UInt64(trial))
      let differences = (0..<25).map { _ in stream.below(13) - 6 }
      return SignFlipTest.pValue(differences: differences) <= 0.05
    }
    // The level is at most 0.05; 50 ± 4·√47.5 among 1000, a little below for ties.
    #expect((18...78).contains(rejected))
  }
}
