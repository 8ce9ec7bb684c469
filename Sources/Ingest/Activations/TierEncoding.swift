import Compute
import Dispatch

/// What the tiers keep of one layer's activation over a batch, all in channels-first order.
struct TierEncoding {
  /// How many threads share the samples of a batch.
  let threads: Int

  /// Mean and maximum a channel over the positions: `[samples, channels, 2]`.
  func pooled(_ activation: Activation) -> [Float] {
    let (channels, positions) = (activation.shape.channels, activation.positions)
    var out = [Float](repeating: 0, count: activation.samples * channels * 2)
    perSample(activation, into: &out, stride: channels * 2) { _, values, out in
      var sums = [Double](repeating: 0, count: channels)
      var maxima = [Float](repeating: -.infinity, count: channels)
      for position in 0..<positions {
        let row = values + position * channels
        for c in 0..<channels {
          sums[c] += Double(row[c])
          // Written so that a NaN stays: the caller finds it in the mean.
          if row[c] > maxima[c] { maxima[c] = row[c] }
        }
      }
      for c in 0..<channels {
        out[c * 2] = Float(sums[c] / Double(positions))
        out[c * 2 + 1] = maxima[c]
      }
    }
    return out
  }

  /// One bit a position, set where the value is above the channel's threshold (strictly):
  /// `[samples, channels, ⌈positions / 8⌉]`, position `y · width + x`, least significant bit first.
  func bits(_ activation: Activation, above thresholds: [Float]) -> [UInt8] {
    let (channels, positions) = (activation.shape.channels, activation.positions)
    let bytes = (positions + 7) / 8
    var out = [UInt8](repeating: 0, count: activation.samples * channels * bytes)
    perSample(activation, into: &out, stride: channels * bytes) { _, values, out in
      for position in 0..<positions {
        let row = values + position * channels
        let (byte, bit) = (position >> 3, UInt8(1) << UInt8(position & 7))
        for c in 0..<channels where row[c] > thresholds[c] { out[c * bytes + byte] |= bit }
      }
    }
    return out
  }

  /// The codes of the values that `bits` marks, in the order of samples, channels, positions.
  func codes(_ activation: Activation, marked bits: [UInt8]) -> [UInt16] {
    let (channels, positions) = (activation.shape.channels, activation.positions)
    let bytes = (positions + 7) / 8
    var parts = [[UInt16]](repeating: [], count: activation.samples)
    perSample(activation, into: &parts, stride: 1) { sample, values, part in
      var codes: [UInt16] = []
      for c in 0..<channels {
        let first = (sample * channels + c) * bytes
        for byte in 0..<bytes {
          var left = bits[first + byte]
          while left != 0 {
            let position = byte * 8 + left.trailingZeroBitCount
            codes.append(BFloat16Code(roundingUp: values[position * channels + c]).rawValue)
            left &= left - 1
          }
        }
      }
      part[0] = codes
    }
    return Array(parts.joined())
  }

  /// A bound a channel below which a threshold is not expected: the value at rank
  /// `(1 − 4q)` of this batch, below its sixteen largest, and never below 0 where the layer cannot be negative.
  func provisionalBounds(
    _ activation: Activation, quantile: Double, isNonNegative: Bool
  ) -> [Float] {
    let (channels, positions) = (activation.shape.channels, activation.positions)
    let count = activation.samples * positions
    // Of few values the largest say little about the whole train split: stay well below them.
    let rank = max(0, min(count - 17, Int((1 - 4 * quantile) * Double(count))))
    var bounds = [Float](repeating: 0, count: channels)
    for c in 0..<channels {
      let sorted = (0..<count).map { activation.values[$0 * channels + c] }.sorted()
      bounds[c] = isNonNegative ? max(0, sorted[rank]) : sorted[rank]
    }
    return bounds
  }

  /// Runs `body` for each sample, with its number, its values and its part of `out`.
  private func perSample<Element>(
    _ activation: Activation, into out: inout [Element], stride: Int,
    _ body: (Int, UnsafePointer<Float>, UnsafeMutablePointer<Element>) -> Void
  ) {
    let size = activation.shape.count
    let strips = max(1, min(threads, activation.samples))
    activation.values.withUnsafeBufferPointer { values in
      out.withUnsafeMutableBufferPointer { out in
        guard let source = values.baseAddress, let target = out.baseAddress else { return }
        withoutActuallyEscaping(body) { body in
          // The compiler cannot see that every sample has a part of `out` of its own.
          nonisolated(unsafe) let shared = (source: source, target: target, body: body)
          DispatchQueue.concurrentPerform(iterations: strips) { strip in
            for sample in Swift.stride(from: strip, to: activation.samples, by: strips) {
              shared.body(sample, shared.source + sample * size, shared.target + sample * stride)
            }
          }
        }
      }
    }
  }
}

extension Activation {
  /// Positions of a map: height × width.
  var positions: Int { shape.height * shape.width }
}
