/// The sign-flip permutation test over subjects: under the null hypothesis the sign of each
/// subject's difference is arbitrary (Fisher 1935; Nichols & Holmes 2002).
///
/// The statistic is |Σ differences|, and p two-sided.
public enum SignFlipTest {
  /// The exact p value of integral differences, such as forgotten − gained of each subject.
  ///
  /// All 2ᵏ sign patterns are counted: one by one if there are few; by the binomial distribution if
  /// the differences are equal in size (each sample its own subject: this is McNemar's exact test);
  /// else by convolution, one subject after another. Where that is too much work (very many
  /// subjects with large differences) patterns are drawn, as for real differences.
  ///
  /// - Parameters:
  ///   - differences: One a subject.
  ///   - permutations: How many sign patterns are drawn if they are not all counted.
  ///   - seed: The seed of the draws.
  /// - Returns: The two-sided p value; 1 without a difference.
  public static func pValue(
    differences: [Int], permutations: Int = 20_000, seed: UInt64 = 1
  ) -> Double {
    let sizes = differences.map { abs($0) }.filter { $0 > 0 }.sorted()
    guard !sizes.isEmpty else { return 1 }
    if sizes.first == sizes.last {
      let positive = differences.count { $0 > 0 }
      let rarer = min(positive, sizes.count - positive)
      return min(1, 2 * Binomial.cdf(rarer, trials: sizes.count, probability: 0.5))
    }
    let reach = sizes.reduce(0, +)
    let isFew = sizes.count < 62 && 1 << sizes.count <= permutations
    guard !isFew, reach <= 50_000_000 / sizes.count else {
      return pValue(
        differences: differences.map(Double.init), permutations: permutations, seed: seed)
    }
    // The sum of a random half of the sizes is h with weight[h]; Σ ±d = 2h − reach.
    var weight = [Double](repeating: 0, count: reach + 1)
    weight[0] = 1
    var top = 0
    for size in sizes {
      for h in stride(from: top, through: 0, by: -1) {
        let half = weight[h] / 2
        weight[h] = half
        weight[h + size] += half
      }
      top += size
    }
    let observed = abs(differences.reduce(0, +))
    var tail = 0.0
    for (h, share) in weight.enumerated() where abs(2 * h - reach) >= observed { tail += share }
    return min(1, tail)
  }

  /// The p value of real differences.
  ///
  /// All 2ᵏ sign patterns are counted when there are no more of them than `permutations`; else
  /// `permutations` are drawn, and p = (1 + those at least as extreme) / (1 + permutations)
  /// (Phipson & Smyth 2010). Sums within 1e-12 of the observed one (relative) count as ties.
  ///
  /// - Parameters:
  ///   - differences: One a subject.
  ///   - permutations: How many sign patterns are drawn if they are not all counted.
  ///   - seed: The seed of the draws.
  /// - Returns: The two-sided p value; 1 without a difference.
  public static func pValue(
    differences: [Double], permutations: Int = 20_000, seed: UInt64 = 1
  ) -> Double {
    let sizes = differences.map { abs($0) }.filter { $0 > 0 }
    guard !sizes.isEmpty else { return 1 }
    let observed = abs(differences.reduce(0, +)) - 1e-12 * sizes.reduce(0, +)
    if sizes.count < 62, 1 << sizes.count <= permutations {
      let patterns = 1 << sizes.count
      let extreme = (0..<patterns).count { abs(signedSum(sizes, UInt64($0))) >= observed }
      return Double(extreme) / Double(patterns)
    }
    let chunk = 500
    let extreme = concurrentMap((permutations + chunk - 1) / chunk) { index in
      (index * chunk..<min(permutations, (index + 1) * chunk)).count { permutation in
        var stream = RandomStream(
          seed: seed, RandomStream.key("sign flip"), UInt64(truncatingIfNeeded: permutation))
        var sum = 0.0
        for start in stride(from: 0, to: sizes.count, by: 64) {
          let end = min(start + 64, sizes.count)
          sum += signedSum(sizes[start..<end], stream.next())
        }
        return abs(sum) >= observed
      }
    }.reduce(0, +)
    return Double(1 + extreme) / Double(1 + permutations)
  }

  /// Σ of at most 64 sizes, each negated where its bit is set.
  private static func signedSum(_ sizes: some Collection<Double>, _ bits: UInt64) -> Double {
    var sum = 0.0
    var bits = bits
    for size in sizes {
      sum += bits & 1 == 0 ? size : -size
      bits >>= 1
    }
    return sum
  }
}
