internal import CKernels

extension Activation {
  /// The value at a rank among chosen values of each channel.
  ///
  /// - Parameters:
  ///   - rank: Counted from 0 for the least.
  ///   - places: Which values take part, as `sample · height · width + position`; at least
  ///     `rank + 1` of them, none of which is NaN in any channel.
  ///   - threads: How many share the channels; results do not depend on it.
  /// - Returns: One a channel.
  public func values(atRank rank: Int, of places: [Int], threads: Int) -> [Float] {
    let channels = shape.channels
    precondition(places.indices.contains(rank), "a rank among the places")
    // A few channels at a time, which lie side by side in memory.
    let width = 16
    return [Float](unsafeUninitializedCapacity: channels) { found, filled in
      filled = channels
      guard let found = found.baseAddress else { return }
      values.withUnsafeBufferPointer { values in
        guard let values = values.baseAddress else { return }
        Workers(count: threads).forEach(
          (channels + width - 1) / width, workspace: width * places.count
        ) { item, scratch in
          let first = item * width
          let count = min(width, channels - first)
          for (index, place) in places.enumerated() {
            let row = values + place * channels + first
            for c in 0..<count { scratch[c * places.count + index] = row[c] }
          }
          for c in 0..<count {
            found[first + c] = lethe_select(scratch + c * places.count, places.count, rank)
          }
        }
      }
    }
  }
}
