import Compute

extension Activation {
  /// A bound a channel below which a threshold is not expected: the value at rank `(1 − 4q)` of
  /// values spread evenly over this batch, below the sixteen largest, and never below 0 where the
  /// layer cannot be negative.
  func provisionalBounds(quantile: Double, isNonNegative: Bool, threads: Int) -> [Float] {
    let all = samples * positions
    // So many values speak for a channel. Their places are multiples of the golden section, which
    // never fall into step with the rows of a map.
    let count = min(all, 8_192)
    let places = (0..<UInt64(count)).map { index in
      count == all
        ? Int(index)
        : Int((index &* 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: UInt64(all)).high)
    }
    // Of few values the largest say little about the whole train split: stay well below them.
    let rank = max(0, min(count - 17, Int((1 - 4 * quantile) * Double(count))))
    let found = values(atRank: rank, of: places, threads: threads)
    return isNonNegative ? found.map { max(0, $0) } : found
  }

  /// Positions of a map: height × width.
  var positions: Int { shape.height * shape.width }
}
