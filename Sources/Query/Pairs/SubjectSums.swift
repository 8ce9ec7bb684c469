internal import Compute

/// Sums of several measures over the pairs of each subject: what means, intervals and tests need.
struct SubjectSums: Sendable {
  /// [subjects][measures]: sums over the pairs for which the measure is defined, and their numbers.
  private(set) var sums: [[Double]]
  private(set) var counts: [[Double]]
  let measures: Int

  init(subjects: Int, measures: Int) {
    self.measures = measures
    sums = Array(repeating: Array(repeating: 0, count: measures), count: subjects)
    counts = sums
  }

  /// Adds the value of a measure for a pair; an undefined one is left out.
  mutating func add(_ value: Double?, to measure: Int, of subject: Int) {
    guard let value, value.isFinite else { return }
    sums[subject][measure] += value
    counts[subject][measure] += 1
  }

  /// How many pairs a measure is defined for.
  func count(_ measure: Int) -> Int { Int(counts.reduce(0) { $0 + $1[measure] }) }

  /// The mean of a measure over all pairs.
  func mean(_ measure: Int) -> Double? {
    let n = counts.reduce(0) { $0 + $1[measure] }
    return n > 0 ? sums.reduce(0) { $0 + $1[measure] } / n : nil
  }

  /// The 95 % intervals of the means, by bootstrap over subjects.
  func intervals(_ bootstrap: SubjectBootstrap) -> [Interval?] {
    // Subjects that have none of a measure's pairs are drawn as well: they weigh nothing.
    bootstrap.intervals(subjects: sums.count, count: measures) { drawn in
      var total = [Double](repeating: 0, count: measures)
      var weight = total
      for subject in drawn.indices where drawn[subject] > 0 {
        let times = Double(drawn[subject])
        for measure in 0..<measures {
          total[measure] += times * sums[subject][measure]
          weight[measure] += times * counts[subject][measure]
        }
      }
      return (0..<measures).map { weight[$0] > 0 ? total[$0] / weight[$0] : nil }
    }
  }

  /// The two-sided p value of a measure's mean being nothing, by flipping the signs of subjects.
  func pValue(_ measure: Int, _ question: PairsQuestion) -> Double? {
    let sums = sums.indices.filter { counts[$0][measure] > 0 }.map { self.sums[$0][measure] }
    guard sums.count > 1 else { return nil }
    return SignFlipTest.pValue(
      differences: sums, permutations: question.permutations, seed: question.seed)
  }
}
