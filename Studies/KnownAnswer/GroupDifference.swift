import Compute

/// How much more often one group of people flips than another.
struct GroupDifference {
  /// What is counted.
  enum Rate: String, CaseIterable {
    case nfr, pfr
  }

  /// One person's flips.
  struct Person: Sendable {
    /// Whether the person is of the first group.
    let isFirst: Bool
    let forgotten: Int
    let gained: Int
    let pictures: Int
  }

  /// People of either group.
  let subjects: (first: Int, second: Int)
  /// The rate of the first group minus that of the second, over pictures; nil if one is empty.
  let difference: Double?
  /// 95 %, by bootstrap over people.
  let interval: Interval?
  /// Two-sided, by dealing people out anew to groups of the same sizes: as often as the difference
  /// is as large, the observed deal among them (Phipson & Smyth 2010); nil if a group is empty.
  let pValue: Double?

  /// Compares two groups.
  ///
  /// - Parameters:
  ///   - people: Those of both groups.
  ///   - rate: What is counted.
  ///   - deals: How often people are dealt out.
  ///   - seed: Of deals and bootstrap.
  init(_ people: [Person], of rate: Rate, deals: Int = 20_000, seed: UInt64 = 1) {
    let flips = people.map { rate == .nfr ? $0.forgotten : $0.gained }
    let pictures = people.map(\.pictures)
    let isFirst = people.map(\.isFirst)
    let difference: @Sendable (_ isFirst: [Bool], _ times: [Int32]?) -> Double? = {
      isFirst, times in
      var sums = (first: (0, 0), second: (0, 0))
      for person in flips.indices {
        let weight = times.map { Int($0[person]) } ?? 1
        if isFirst[person] {
          sums.first.0 += weight * flips[person]
          sums.first.1 += weight * pictures[person]
        } else {
          sums.second.0 += weight * flips[person]
          sums.second.1 += weight * pictures[person]
        }
      }
      guard sums.first.1 > 0, sums.second.1 > 0 else { return nil }
      return Double(sums.first.0) / Double(sums.first.1)
        - Double(sums.second.0) / Double(sums.second.1)
    }
    let first = isFirst.count { $0 }
    subjects = (first, people.count - first)
    self.difference = difference(isFirst, nil)
    interval =
      SubjectBootstrap(seed: seed).intervals(subjects: people.count, count: 1) {
        [difference(isFirst, $0)]
      }[0]
    guard let observed = self.difference else {
      pValue = nil
      return
    }
    var stream = RandomStream(seed: seed, RandomStream.key("group difference"))
    var extreme = 0
    for _ in 0..<deals {
      let dealt = stream.permutation(people.count).map { isFirst[$0] }
      // Sums in another order differ in their last bits.
      if abs(difference(dealt, nil) ?? 0) >= abs(observed) - 1e-12 { extreme += 1 }
    }
    pValue = Double(1 + extreme) / Double(1 + deals)
  }
}
