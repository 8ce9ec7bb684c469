internal import CKernels

extension Activation {
  /// What is kept of every sample's map, in one pass over it.
  ///
  /// - Parameters:
  ///   - pooled: Whether means and maxima are wanted.
  ///   - thresholds: One a channel, if bits are wanted.
  ///   - threads: How many share the samples; results do not depend on it.
  /// - Returns: `pooled`, `[samples, channels, 2]`: the mean and the maximum over the positions;
  ///   `bits`, `[samples, channels, ⌈positions / 8⌉]`: one bit a position, set where the value is
  ///   above the channel's threshold (strictly), position `y · width + x`, least significant bit
  ///   first. What is not wanted is empty.
  public func tiers(
    pooled: Bool, bitsAbove thresholds: [Float]?, threads: Int
  ) -> (pooled: [Float], bits: [UInt8]) {
    let (channels, positions, size) = (shape.channels, shape.pixels, shape.count)
    let bytes = (positions + 7) / 8
    precondition(thresholds.map { $0.count == channels } ?? true, "one threshold a channel")
    let pooledCount = pooled ? samples * channels * 2 : 0
    let bitsCount = thresholds == nil ? 0 : samples * channels * bytes
    var bits: [UInt8] = []
    let values = [Float](unsafeUninitializedCapacity: pooledCount) { means, filled in
      bits = [UInt8](unsafeUninitializedCapacity: bitsCount) { marks, filled in
        let (means, marks) = (means.baseAddress, marks.baseAddress)
        self.values.withUnsafeBufferPointer { source in
          (thresholds ?? []).withUnsafeBufferPointer { limits in
            guard let source = source.baseAddress else { return }
            // A sum takes the room of two floats, a maximum that of one.
            Workers(count: threads).forEach(samples, workspace: 3 * channels) { sample, scratch in
              scratch.withMemoryRebound(to: Double.self, capacity: channels) { sums in
                lethe_map_tiers(
                  source + sample * size, positions, channels,
                  thresholds == nil ? nil : limits.baseAddress, sums, scratch + 2 * channels,
                  pooled ? means.map { $0 + sample * channels * 2 } : nil,
                  thresholds == nil ? nil : marks.map { $0 + sample * channels * bytes })
              }
            }
          }
        }
        filled = bitsCount
      }
      filled = pooledCount
    }
    return (values, bits)
  }
}
