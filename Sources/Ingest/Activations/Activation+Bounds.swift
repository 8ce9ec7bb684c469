import Compute
import Dispatch

extension Activation {
  /// A bound a channel below which a threshold is not expected: the value at rank `(1 − 4q)` of
  /// evenly spaced values of this batch, below the sixteen largest, and never below 0 where the
  /// layer cannot be negative.
  func provisionalBounds(quantile: Double, isNonNegative: Bool, threads: Int) -> [Float] {
    let channels = shape.channels
    let all = samples * positions
    // So many values speak for a channel.
    let step = max(1, (all + 8_191) / 8_192)
    let count = (all + step - 1) / step
    // Of few values the largest say little about the whole train split: stay well below them.
    let rank = max(0, min(count - 17, Int((1 - 4 * quantile) * Double(count))))
    return [Float](unsafeUninitializedCapacity: channels) { bounds, filled in
      // Every channel has a place of its own.
      nonisolated(unsafe) let bounds = bounds
      let strips = max(1, min(threads, channels))
      DispatchQueue.concurrentPerform(iterations: strips) { strip in
        for c in stride(from: strip, to: channels, by: strips) {
          let sorted = stride(from: 0, to: all, by: step).map { values[$0 * channels + c] }.sorted()
          bounds.initializeElement(at: c, to: isNonNegative ? max(0, sorted[rank]) : sorted[rank])
        }
      }
      filled = channels
    }
  }

  /// Positions of a map: height × width.
  var positions: Int { shape.height * shape.width }
}
