/// A weighted sum of differences between two networks, with what resampling and swapping of
/// subjects make of it.
public struct PairedContrast: Sendable {
  /// The observed sum.
  public let delta: Double
  private let resampled: ResampledValues?
  private let swapped: [Double]
  private let swaps: SwapPatterns

  init(delta: Double, resampled: ResampledValues?, swapped: [Double], swaps: SwapPatterns) {
    self.delta = delta
    self.resampled = resampled
    self.swapped = swapped
    self.swaps = swaps
  }

  /// The percentile interval of the bootstrap over subjects; nil below two subjects.
  public var interval: Interval? { resampled?.interval }

  /// The standard error over the bootstrap's resamples.
  public var standardError: Double? { resampled?.standardError }

  /// Two-sided, of the test that swaps whole subjects between the networks; nil below two subjects.
  public var pValue: Double? {
    guard !swapped.isEmpty else { return nil }
    return swaps.pValue(extreme: swapped.count { SwapPatterns.isExtreme($0, delta) })
  }

  /// The smallest true contrast that a two-sided test at `level` finds with probability `power`.
  public func detectable(level: Double = 0.05, power: Double = 0.8) -> Double? {
    Detectable.difference(standardError, level: level, power: power)
  }

  /// The mean of contrasts of one study, such as one a layer; nil if there is none.
  ///
  /// Every swap and draw is the same in all of them, so that their dependence is kept.
  public static func mean(_ contrasts: [PairedContrast]) -> PairedContrast? {
    guard let first = contrasts.first else { return nil }
    let share = 1 / Double(contrasts.count)
    let mean = { (values: [[Double]]) in
      (values.first ?? []).indices.map { place in
        values.reduce(0) { $0 + $1[place] } * share
      }
    }
    let resampled = contrasts.compactMap(\.resampled)
    return PairedContrast(
      delta: contrasts.reduce(0) { $0 + $1.delta } * share,
      resampled: resampled.count == contrasts.count
        ? ResampledValues(
          values: mean(resampled.map(\.values)), confidence: first.resampled?.confidence ?? 0.95)
        : nil,
      swapped: mean(contrasts.map(\.swapped)), swaps: first.swaps)
  }
}
