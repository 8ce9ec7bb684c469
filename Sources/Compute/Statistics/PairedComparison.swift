/// A figure of two networks over the same subjects, with what is known of its difference.
public struct PairedComparison: Sendable, Equatable {
  /// The figure of the network before.
  public let before: Double?
  /// The figure of the network after.
  public let after: Double?
  /// Subjects that the difference rests on.
  public let effectiveSubjects: Int
  /// The interval of the figure before.
  public let beforeInterval: Interval?
  /// The interval of after − before; nil below two subjects or where resamples leave it undefined.
  public let interval: Interval?
  /// The standard error of after − before; nil where nothing was tested.
  public let standardError: Double?
  /// Two-sided, of the test that swaps whole subjects between the networks; nil below two subjects.
  public let pValue: Double?

  init(
    before: Double?, after: Double?, effectiveSubjects: Int,
    beforeDistribution: ResampledValues?, distribution: ResampledValues?, pValue: Double?
  ) {
    self.before = before
    self.after = after
    self.effectiveSubjects = effectiveSubjects
    beforeInterval = beforeDistribution?.interval
    interval = distribution?.interval
    standardError = distribution?.standardError
    self.pValue = pValue
  }

  /// The comparison of a network with itself: no difference, and none possible.
  ///
  /// - Parameters:
  ///   - value: The figure of both.
  ///   - effectiveSubjects: Subjects that it rests on.
  public init(equal value: Double?, effectiveSubjects: Int) {
    before = value
    after = value
    self.effectiveSubjects = effectiveSubjects
    beforeInterval = nil
    interval = value == nil ? nil : Interval(low: 0, high: 0)
    standardError = nil
    pValue = value == nil ? nil : 1
  }

  /// After − before.
  public var delta: Double? { PairedMeasure.delta((before, after)) }

  /// The smallest true difference that a two-sided test at `level` finds with probability `power`.
  ///
  /// (z(1 − level/2) + z(power)) standard errors, the normal approximation; for one test, before any
  /// correction for several.
  public func detectable(level: Double = 0.05, power: Double = 0.8) -> Double? {
    Detectable.difference(standardError, level: level, power: power)
  }
}

/// What a test can find.
enum Detectable {
  static func difference(_ standardError: Double?, level: Double, power: Double) -> Double? {
    standardError.map { $0 * (Normal.quantile(1 - level / 2) + Normal.quantile(power)) }
  }
}
