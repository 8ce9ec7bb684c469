/// The values of a statistic over resamples of the subjects.
struct ResampledValues: Sendable, Equatable {
  /// One a resample; NaN where the statistic is undefined.
  let values: [Double]
  /// The share of the values that the interval holds.
  let confidence: Double

  init(values: [Double], confidence: Double) {
    self.values = values
    self.confidence = confidence
  }

  /// The percentile interval of the defined values; nil if more than half are undefined.
  var interval: Interval? {
    let defined = defined.sorted()
    guard !defined.isEmpty, defined.count * 2 >= values.count else { return nil }
    let tail = (1 - confidence) / 2
    return Interval(
      low: SubjectBootstrap.quantile(defined, tail),
      high: SubjectBootstrap.quantile(defined, 1 - tail))
  }

  /// The standard deviation of the defined values; nil if more than half are undefined.
  var standardError: Double? {
    let defined = defined
    guard defined.count > 1, defined.count * 2 >= values.count else { return nil }
    // About the first value, so that equal ones have no spread at all.
    let shift = defined[0]
    let mean = defined.reduce(0) { $0 + ($1 - shift) } / Double(defined.count)
    let squares = defined.reduce(0) { $0 + ($1 - shift - mean) * ($1 - shift - mean) }
    return (squares / Double(defined.count - 1)).squareRoot()
  }

  private var defined: [Double] { values.filter { !$0.isNaN } }
}
