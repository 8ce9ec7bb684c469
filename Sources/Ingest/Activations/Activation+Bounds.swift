import Compute
import Dispatch

extension Activation {
  /// A bound a channel below which a threshold is not expected: the value at rank `(1 − 4q)` of
  /// values spread evenly over this batch, below the sixteen largest, and never below 0 where the
  /// layer cannot be negative.
  func provisionalBounds(quantile: Double, isNonNegative: Bool, threads: Int) -> [Float] {
    let channels = shape.channels
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
    return [Float](unsafeUninitializedCapacity: channels) { bounds, filled in
      // Every channel has a place of its own.
      nonisolated(unsafe) let bounds = bounds
      let strips = max(1, min(threads, channels))
      DispatchQueue.concurrentPerform(iterations: strips) { strip in
        for c in stride(from: strip, to: channels, by: strips) {
          let sorted = places.map { values[$0 * channels + c] }.sorted()
          bounds.initializeElement(at: c, to: isNonNegative ? max(0, sorted[rank]) : sorted[rank])
        }
      }
      filled = channels
    }
  }

  /// Positions of a map: height × width.
  var positions: Int { shape.height * shape.width }
}
