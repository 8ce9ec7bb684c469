/// Which subjects' networks change places in each permutation of a paired test over subjects.
///
/// Under the null hypothesis it is arbitrary which of two networks a subject's results are filed
/// under, for each subject alone (Fisher 1935; Nichols & Holmes 2002). All 2ˢ patterns are taken
/// when there are no more of them than `permutations`, else `permutations` are drawn.
struct SwapPatterns: Sendable {
  let subjects: Int
  let count: Int
  /// Whether the patterns are all there are.
  let isExact: Bool
  /// One bit a subject, set where the networks change places; `width` words a pattern.
  private let words: [UInt64]
  private let width: Int

  init(subjects: Int, permutations: Int, seed: UInt64) {
    let isExact = subjects < 62 && 1 << subjects <= permutations
    let count = isExact ? 1 << subjects : max(1, permutations)
    let width = (subjects + 63) / 64
    self.subjects = subjects
    self.isExact = isExact
    self.count = count
    self.width = width
    words = [UInt64](unsafeUninitializedCapacity: count * width) { buffer, initialized in
      for pattern in 0..<count {
        var stream = RandomStream(
          seed: seed, RandomStream.key("network swap"), UInt64(truncatingIfNeeded: pattern))
        for word in 0..<width {
          buffer[pattern * width + word] = isExact ? UInt64(pattern) : stream.next()
        }
      }
      initialized = count * width
    }
  }

  /// Adds up the differences of the subjects, with the signs of each pattern.
  ///
  /// - Parameters:
  ///   - patterns: Which patterns.
  ///   - differences: [subjects, columns], row-major.
  ///   - columns: How many differences a subject has.
  /// - Returns: Σ ±difference, one row a pattern: [patterns, columns].
  func sums(_ patterns: Range<Int>, of differences: [Double], columns: Int) -> [Double] {
    var signs = [Double](repeating: 1, count: subjects * patterns.count)
    for (place, pattern) in patterns.enumerated() {
      for subject in 0..<subjects {
        let word = words[pattern * width + subject / 64]
        if word >> UInt64(subject % 64) & 1 == 1 { signs[subject * patterns.count + place] = -1 }
      }
    }
    var sums = [Double](repeating: 0, count: patterns.count * columns)
    BLAS.addCrossProduct(
      signs, differences, rows: subjects, into: &sums, m: patterns.count, n: columns)
    return sums
  }

  /// The two-sided p value of an observed statistic among those of the patterns.
  ///
  /// The share of all patterns that are as extreme; of drawn ones (1 + extreme) / (1 + drawn)
  /// (Phipson & Smyth 2010). A statistic that is undefined (NaN) counts as extreme.
  func pValue(extreme: Int) -> Double {
    isExact
      ? Double(extreme) / Double(count) : Double(1 + extreme) / Double(1 + count)
  }

  /// Whether a pattern's statistic is as far from 0 as the observed one.
  ///
  /// Differences of shares and areas are compared to 1e-12, so that rounding breaks no tie.
  static func isExtreme(_ value: Double, _ observed: Double) -> Bool {
    !(abs(value) < abs(observed) - 1e-12)
  }
}
