/// The percentile bootstrap over subjects: whole subjects are drawn with replacement, since the
/// frames of one person are not independent (Efron & Tibshirani 1993, chapter 13).
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

  /// The values of several statistics over all resamples; nil below two subjects.
  ///
  /// `statistics` is as for `intervals`.
  func distributions(
    subjects: Int, count: Int, _ statistics: @Sendable ([Int32]) -> [Double?]
  ) -> [ResampledValues?] {
    guard subjects > 1 else { return Array(repeating: nil, count: count) }
    let chunk = 50
    let chunks = concurrentMap((resamples + chunk - 1) / chunk) { index in
      var drawn = [Int32](repeating: 0, count: subjects)
      return (index * chunk..<min(resamples, (index + 1) * chunk)).map { resample in
        draw(resample, into: &drawn)
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
    let subjects = min(numerators.count, denominators.count)
    return intervals(subjects: subjects, count: 1) { drawn in
      var (numerator, denominator) = (0, 0)
      for subject in 0..<subjects {
        numerator += Int(drawn[subject]) * numerators[subject]
        denominator += Int(drawn[subject]) * denominators[subject]
      }
      return [denominator > 0 ? Double(numerator) / Double(denominator) : nil]
    }[0]
  }

  private func draw(_ resample: Int, into drawn: inout [Int32]) {
    for index in drawn.indices { drawn[index] = 0 }
    var stream = RandomStream(
      seed: seed, RandomStream.key("subject bootstrap"), UInt64(truncatingIfNeeded: resample))
    for _ in drawn.indices { drawn[stream.below(drawn.count)] += 1 }
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
