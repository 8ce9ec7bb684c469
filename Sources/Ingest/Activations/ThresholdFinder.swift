/// Finds the exact thresholds of the bits tier from the candidates of every train picture.
///
/// The threshold of a channel is the order statistic ⌈(1−q)·n⌉ of its n values over all positions
/// of the train split, rounded up to the next bfloat16 value (Net2Vec's T_k with P(a > T) ≤ q).
/// Candidates are the codes of all values above a provisional bound: a histogram over codes finds
/// the statistic in any order and in bounded memory, provided that it lies above the bound.
struct ThresholdFinder {
  /// Channels a pass: the histogram takes 256 KiB for each.
  static let channelsPerPass = 256

  /// What is known of one channel's threshold.
  enum Outcome: Equatable {
    case found(Float)
    /// Fewer candidates than the statistic's rank from the top: the bound was too high.
    case boundTooHigh
  }

  let channels: Range<Int>
  private var histogram: [UInt32]
  private var candidates: [Int]

  init(channels: Range<Int>) {
    self.channels = channels
    histogram = [UInt32](repeating: 0, count: channels.count << 16)
    candidates = [Int](repeating: 0, count: channels.count)
  }

  /// Adds one picture's candidates of a channel.
  mutating func add(_ codes: some Collection<UInt16>, channel: Int) {
    let row = (channel - channels.lowerBound) << 16
    for code in codes { histogram[row + Int(code)] += 1 }
    candidates[channel - channels.lowerBound] += codes.count
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
    guard candidates[channel - channels.lowerBound] >= wanted else {
      return floor.map(Outcome.found) ?? .boundTooHigh
    }
    let row = (channel - channels.lowerBound) << 16
    // All values above the bound are here, so the statistic is exact down to the bound's own code:
    // more values of that code would not change it.
    let lowest = Int(BFloat16Code(roundingUp: bound).rawValue)
    var above = 0
    for code in stride(from: 0xffff, through: lowest, by: -1) {
      above += Int(histogram[row + code])
      if above >= wanted { return .found(BFloat16Code(rawValue: UInt16(code)).value) }
    }
    return .boundTooHigh
  }
}
