import Compute

/// Finds the exact thresholds of the bits tier from the candidates of every train picture.
///
/// The threshold of a channel is the order statistic ⌈(1−q)·n⌉ of its n values over all positions
/// of the train split, rounded up to the next bfloat16 value (Net2Vec's T_k with P(a > T) ≤ q).
/// Candidates are the codes of all values above a provisional bound: a histogram over codes finds
/// the statistic in any order and in bounded memory, provided that it lies above the bound.
final class ThresholdFinder {
  /// Channels a pass: the histogram takes at most 256 KiB for each.
  static let channelsPerPass = 256

  /// What is known of one channel's threshold.
  enum Outcome: Equatable {
    case found(Float)
    /// Fewer candidates than the statistic's rank from the top: the bound was too high.
    case boundTooHigh
  }

  let channels: Range<Int>
  /// The least code that is counted.
  private let least: Int
  /// [channels, 65,536 − least].
  private var histogram: [UInt32]

  /// A finder for some channels.
  ///
  /// - Parameters:
  ///   - channels: Which.
  ///   - bound: What all candidates are above, or those that count: a threshold below is not found.
  init(channels: Range<Int>, above bound: Float) {
    self.channels = channels
    least = Int(BFloat16Code(roundingUp: bound).rawValue)
    histogram = [UInt32](repeating: 0, count: channels.count * (65_536 - least))
  }

  /// Adds the candidates of the samples that take part.
  func add(_ marked: MarkedValues, of isCounted: [Bool], threads: Int = 1) {
    marked.count(
      channels, of: isCounted, from: UInt16(least), into: &histogram, threads: threads)
  }

  /// The rank from the top of the order statistic ⌈(1−q)·n⌉ of n values, counted from 1.
  static func rankFromTop(of count: Int, quantile: Double) -> Int {
    let rank = Int((Double(count) * (1 - quantile)).rounded(.up))
    return count - min(max(rank, 1), count) + 1
  }

  /// The threshold of a channel.
  ///
  /// - Parameters:
  ///   - channel: One of `channels`.
  ///   - count: n, the values that the channel has over the train split.
  ///   - quantile: q.
  ///   - bound: What candidates are above; where parts of the split had bounds of their own, the
  ///     highest: below it, candidates are missing.
  ///   - floor: The value that everything below the bound has, where that is known: 0 for a
  ///     bound of 0 on a layer that cannot be negative.
  /// - Returns: The threshold, or why it is not known yet.
  func threshold(
    channel: Int, count: Int, quantile: Double, bound: Float, floor: Float?
  ) -> Outcome {
    let wanted = ThresholdFinder.rankFromTop(of: count, quantile: quantile)
    // All values above the bound are here, so the statistic is exact down to the bound's own code:
    // more values of that code would not change it.
    let lowest = max(least, Int(BFloat16Code(roundingUp: bound).rawValue))
    let end = (channel - channels.lowerBound + 1) * (65_536 - least)
    var above = 0
    for code in stride(from: 0xffff, through: lowest, by: -1) {
      above += Int(histogram[end - (65_536 - code)])
      if above >= wanted { return .found(BFloat16Code(rawValue: UInt16(code)).value) }
    }
    return floor.map(Outcome.found) ?? .boundTooHigh
  }
}
