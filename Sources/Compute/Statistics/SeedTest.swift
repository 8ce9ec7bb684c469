/// The test over repetitions of training that differ by their seed alone: each repetition's
/// difference between two variants is one observation of what the recipe does.
public struct SeedTest: Sendable, Equatable {
  /// Fewer repetitions say nothing about a recipe.
  public static let fewest = 5

  /// The mean difference.
  public let mean: Double
  /// The interval of the mean by Student's t distribution.
  public let interval: Interval
  /// The two-sided p value of the paired t test; nil where all differences are the same number,
  /// other than 0.
  public let pValue: Double?

  /// Tests the differences of the repetitions; nil below five.
  ///
  /// (The sign-flip test cannot reach 0.05 with five: 2/2⁵ = 0.0625.)
  ///
  /// - Parameters:
  ///   - differences: One a repetition.
  ///   - confidence: Of the interval.
  public init?(_ differences: [Double], confidence: Double = 0.95) {
    guard differences.count >= SeedTest.fewest else { return nil }
    let n = Double(differences.count)
    let mean = differences.reduce(0, +) / n
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    // What rounding alone leaves is no spread.
    let largest = differences.map { abs($0) }.max() ?? 0
    let deviation = (squares / (n - 1)).squareRoot()
    let error = deviation > 1e-14 * largest ? deviation / n.squareRoot() : 0
    let reach =
      error * StudentT.quantile(1 - (1 - confidence) / 2, degrees: differences.count - 1)
    self.mean = mean
    interval = Interval(low: mean - reach, high: mean + reach)
    pValue =
      if error > 0 {
        StudentT.twoSided(mean / error, degrees: differences.count - 1)
      } else {
        largest == 0 ? 1 : nil
      }
  }
}
