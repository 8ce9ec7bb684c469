import Compute

/// How often something happened among independent repetitions.
struct Rate: Equatable {
  let found: Int
  let count: Int

  init(found: Int, of count: Int) {
    self.found = found
    self.count = count
  }

  /// How often a condition holds; values without an answer do not count.
  init<Values: Sequence>(_ values: Values, _ holds: (Values.Element) -> Bool?) {
    let answers = values.compactMap(holds)
    self.init(found: answers.count { $0 }, of: answers.count)
  }

  /// The share; nil without repetitions.
  var share: Double? { count > 0 ? Double(found) / Double(count) : nil }

  /// The exact 95 % interval (Clopper & Pearson 1934); nil without repetitions.
  var interval: Interval? {
    guard count > 0 else { return nil }
    let low =
      found == 0
      ? 0 : Rate.bisect { 1 - Binomial.cdf(found - 1, trials: count, probability: $0) < 0.025 }
    let high =
      found == count
      ? 1 : Rate.bisect { Binomial.cdf(found, trials: count, probability: $0) > 0.025 }
    return Interval(low: low, high: high)
  }

  /// Where a condition that holds at 0 ends to hold.
  private static func bisect(_ holds: (Double) -> Bool) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if holds(middle) { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
