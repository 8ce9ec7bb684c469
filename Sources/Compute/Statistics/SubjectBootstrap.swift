/// The percentile bootstrap over subjects: whole subjects are drawn with replacement, since the
/// frames of one person are not independent (Efron & Tibshirani 1993, chapter 13).
///
/// Subjects are drawn one by one, or, where they fall into few large groups of equal ones, as
/// multinomial counts of the groups: which of the two follows from the numbers of subjects and
/// groups alone, and the distribution of the resamples is the same.
public struct SubjectBootstrap: Sendable {
  /// How many resamples are drawn.
  public let resamples: Int
  /// The seed of the draws.
  public let seed: UInt64
  /// The share of the resampled values that the interval holds.
  public let confidence: Double

  /// A bootstrap; equal seeds and numbers of subjects draw equal resamples.
  public init(resamples: Int = 2_000, seed: UInt64 = 1, confidence: Double = 0.95) {
    self.resamples = max(1, resamples)
    self.seed = seed
    self.confidence = confidence
  }

  /// Percentile intervals of several statistics that are computed from each resample together.
  ///
  /// `statistics` gets how often each subject was drawn and returns one value a statistic, nil
  /// where the resample leaves it undefined. Undefined values are left out; a statistic that is
  /// undefined in more than half of the resamples has no interval, and neither has anything when
  /// there are fewer than two subjects. The bits of the result do not depend on threads.
  public func intervals(
    subjects: Int, count: Int, _ statistics: @Sendable ([Int32]) -> [Double?]
  ) -> [Interval?] {
    distributions(subjects: subjects, count: count, statistics).map { $0?.interval }
  }

  /// Percentile intervals of several statistics over groups of equal subjects.
  ///
  /// As over subjects, but `statistics` gets how many subjects of each group were drawn.
  ///
  /// - Parameters:
  ///   - groups: The subjects, sorted by what they contribute to the statistics.
  ///   - count: How many statistics there are.
  ///   - statistics: Their values, given the draws of each group.
  /// - Returns: An interval a statistic.
  public func intervals(
    of groups: SubjectGroups, count: Int, _ statistics: @Sendable ([Int32]) -> [Double?]
  ) -> [Interval?] {
    let isCounted = SubjectBootstrap.drawsCounts(of: groups)
    let draw: @Sendable (Int, inout [Int32]) -> Void = { resample, drawn in
      if isCounted {
        drawCounts(resample, of: groups, into: &drawn)
      } else {
        drawSubjects(resample, of: groups, into: &drawn)
      }
    }
    return distributions(
      subjects: groups.subjects, places: groups.sizes.count, count: count, draw, statistics
    ).map { $0?.interval }
  }

  /// The values of several statistics over all resamples; nil below two subjects.
  ///
  /// `statistics` is as for `intervals`.
  func distributions(
    subjects: Int, count: Int, _ statistics: @Sendable ([Int32]) -> [Double?]
  ) -> [ResampledValues?] {
    distributions(
      subjects: subjects, places: subjects, count: count, { drawSubjects($0, into: &$1) },
      statistics)
  }

  private func distributions(
    subjects: Int, places: Int, count: Int, _ draw: @Sendable (Int, inout [Int32]) -> Void,
    _ statistics: @Sendable ([Int32]) -> [Double?]
  ) -> [ResampledValues?] {
    guard subjects > 1 else { return Array(repeating: nil, count: count) }
    let chunk = 50
    let chunks = concurrentMap((resamples + chunk - 1) / chunk) { index in
      var drawn = [Int32](repeating: 0, count: places)
      return (index * chunk..<min(resamples, (index + 1) * chunk)).map { resample in
        draw(resample, &drawn)
        return statistics(drawn).map { $0 ?? .nan }
      }
    }
    return (0..<count).map { which in
      ResampledValues(
        values: chunks.joined().map { which < $0.count ? $0[which] : .nan },
        confidence: confidence)
    }
  }

  /// The percentile interval of Σ numerators / Σ denominators, one of each a subject.
  public func interval(ratioOf numerators: [Int], to denominators: [Int]) -> Interval? {
    let parts = zip(numerators, denominators).map { Part(numerator: $0, denominator: $1) }
    let groups = SubjectGroups(parts)
    let kinds = groups.representatives.map { parts[$0] }
    return intervals(of: groups, count: 1) { drawn in
      var (numerator, denominator) = (0, 0)
      for (kind, times) in zip(kinds, drawn) {
        numerator += Int(times) * kind.numerator
        denominator += Int(times) * kind.denominator
      }
      return [denominator > 0 ? Double(numerator) / Double(denominator) : nil]
    }[0]
  }

  /// What a subject adds to a ratio of sums.
  private struct Part: Hashable, Comparable {
    let numerator: Int
    let denominator: Int

    static func < (a: Part, b: Part) -> Bool {
      (a.denominator, a.numerator) < (b.denominator, b.numerator)
    }
  }

  /// Whether groups are large enough for counts of them to be drawn at less cost than subjects.
  ///
  /// A count costs as much as some sixty subjects.
  static func drawsCounts(of groups: SubjectGroups) -> Bool {
    groups.sizes.count <= groups.subjects / 64
  }

  private func drawSubjects(_ resample: Int, into drawn: inout [Int32]) {
    for index in drawn.indices { drawn[index] = 0 }
    var stream = stream(resample)
    for _ in drawn.indices { drawn[stream.below(drawn.count)] += 1 }
  }

  /// Draws subject by subject, and counts their groups.
  private func drawSubjects(_ resample: Int, of groups: SubjectGroups, into drawn: inout [Int32]) {
    for index in drawn.indices { drawn[index] = 0 }
    var stream = stream(resample)
    for _ in groups.groups { drawn[Int(groups.groups[stream.below(groups.subjects)])] += 1 }
  }

  /// Draws how many subjects of each group there are in a resample: of n subjects, the counts are
  /// multinomial with the groups' shares, and each, given those before, is binomial.
  private func drawCounts(_ resample: Int, of groups: SubjectGroups, into drawn: inout [Int32]) {
    var stream = stream(resample)
    var (draws, subjects) = (groups.subjects, groups.subjects)
    for (group, size) in groups.sizes.enumerated() {
      let count = stream.binomial(trials: draws, part: size, of: subjects)
      drawn[group] = Int32(clamping: count)
      draws -= count
      subjects -= size
    }
  }

  private func stream(_ resample: Int) -> RandomStream {
    RandomStream(
      seed: seed, RandomStream.key("subject bootstrap"), UInt64(truncatingIfNeeded: resample))
  }

  /// The quantile of sorted values, interpolated linearly between order statistics
  /// (definition 7 of Hyndman & Fan 1996).
  static func quantile(_ sorted: [Double], _ q: Double) -> Double {
    let place = q * Double(sorted.count - 1)
    let below = Int(place)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}

/// A closed interval of numbers, such as a confidence interval.
public struct Interval: Sendable, Equatable {
  /// The lower end.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// The interval [low, high].
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
}
