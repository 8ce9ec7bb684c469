/// From stored 8-bit inputs to the numbers that a network takes:
/// (value / divisor − mean) / deviation a channel.
public struct PixelNormalisation: Codable, Sendable, Equatable {
  /// The order of the three channels of the input.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
    /// The luma of the three, three times.
    case grey
  }

  /// The order of the channels.
  public var order: Order
  /// 8-bit values are divided by this first: 255, or 1.
  public var divisor: Float
  /// Subtracted from each channel, in `order`, after the division.
  public var mean: [Float]
  /// Each channel is divided by this last.
  public var deviation: [Float]

  /// A normalisation of its parts.
  ///
  /// - Precondition: `mean` and `deviation` have three numbers, deviations above 0.
  public init(order: Order = .rgb, divisor: Float = 255, mean: [Float], deviation: [Float]) {
    self.order = order
    self.divisor = divisor
    self.mean = mean
    self.deviation = deviation
    precondition(isSound)
  }

  /// Whether there are three finite means, and three finite deviations and a divisor above 0.
  public var isSound: Bool {
    mean.count == 3 && mean.allSatisfy(\.isFinite) && deviation.count == 3
      && (deviation + [divisor]).allSatisfy { $0.isFinite && $0 > 0 }
  }

  /// The least and the largest value of each channel: black and white.
  public var range: [ClosedRange<Float>] {
    (0..<3).map { value(0, $0)...value(255, $0) }
  }

  /// The input tensor of stored inputs.
  ///
  /// - Parameters:
  ///   - rows: 8-bit inputs, `[samples, side, side, 3]`, red first.
  ///   - samples: How many they are.
  ///   - side: Pixels a side.
  /// - Returns: `[samples, side, side, 3]` in the order and scale that the network takes.
  public func activation(_ rows: [UInt8], samples: Int, side: Int) -> Activation {
    // 256 possible values a channel: a table is exact and fast.
    let tables = (0..<3).map { channel in (0..<256).map { value(UInt8($0), channel) } }
    var values = [Float](repeating: 0, count: rows.count)
    values.withUnsafeMutableBufferPointer { out in
      rows.withUnsafeBufferPointer { pixels in
        for pixel in stride(from: 0, to: pixels.count, by: 3) {
          switch order {
          case .rgb:
            for c in 0..<3 { out[pixel + c] = tables[c][Int(pixels[pixel + c])] }
          case .bgr:
            for c in 0..<3 { out[pixel + c] = tables[c][Int(pixels[pixel + 2 - c])] }
          case .grey:
            // ITU-R 601-2 luma with Pillow's integer weights.
            let red = Int(pixels[pixel]) * 19595
            let green = Int(pixels[pixel + 1]) * 38470
            let luma = (red + green + Int(pixels[pixel + 2]) * 7471 + 0x8000) >> 16
            for c in 0..<3 { out[pixel + c] = tables[c][luma] }
          }
        }
      }
    }
    return Activation(
      samples: samples, shape: Shape(channels: 3, height: side, width: side), values: values)
  }

  private func value(_ byte: UInt8, _ channel: Int) -> Float {
    (Float(byte) / divisor - mean[channel]) / deviation[channel]
  }
}
