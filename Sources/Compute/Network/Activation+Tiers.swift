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

  /// The 16-bit codes of the values that bits of `tiers` mark.
  ///
  /// A code is the value rounded up to the next bfloat16, written so that codes sort like values.
  ///
  /// - Parameters:
  ///   - bits: As `tiers` gives them; no value that they mark may be NaN.
  ///   - threads: How many share the samples; results do not depend on it.
  /// - Returns: The codes in the order of samples, channels, positions.
  public func codes(marked bits: [UInt8], threads: Int) -> [UInt16] {
    let (channels, positions, size) = (shape.channels, shape.pixels, shape.count)
    let bytes = channels * ((positions + 7) / 8)
    precondition(bits.count == samples * bytes, "a bit for every value")
    var starts = [0]
    for sample in 0..<samples {
      let count = bits[sample * bytes..<(sample + 1) * bytes].reduce(0) { $0 + $1.nonzeroBitCount }
      starts.append(starts[sample] + count)
    }
    let total = starts[samples]
    return [UInt16](unsafeUninitializedCapacity: total) { codes, filled in
      values.withUnsafeBufferPointer { source in
        bits.withUnsafeBufferPointer { bits in
          guard let source = source.baseAddress, let bits = bits.baseAddress,
            let codes = codes.baseAddress
          else { return }
          Workers(count: threads).forEach(samples) { sample in
            lethe_marked_codes(
              source + sample * size, positions, channels, bits + sample * bytes,
              codes + starts[sample])
          }
        }
      }
      filled = total
    }
  }
}
