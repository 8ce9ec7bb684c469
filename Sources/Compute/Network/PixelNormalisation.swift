/// From stored 8-bit inputs to the numbers that a network takes:
/// (value / divisor − mean) / deviation a channel.
public struct PixelNormalisation: Codable, Sendable, Equatable {
  /// The order of the channels of the input.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
    /// The luma of the three: once for a network of one channel, else three times.
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
  /// - Precondition: `mean` and `deviation` have a number for each channel: three, or one if the
  ///   order is grey; deviations and divisor are above 0.
  public init(order: Order = .rgb, divisor: Float = 255, mean: [Float], deviation: [Float]) {
    self.order = order
    self.divisor = divisor
    self.mean = mean
    self.deviation = deviation
    precondition(isSound)
  }

  /// Channels of the input: 3, or 1 for a network that takes grey pictures.
  public var channels: Int { mean.count }

  /// Whether each of the channels has a finite mean and a finite deviation above 0, and the divisor
  /// is above 0.
  public var isSound: Bool {
    (mean.count == 3 || mean.count == 1 && order == .grey) && mean.allSatisfy(\.isFinite)
      && deviation.count == mean.count
      && (deviation + [divisor]).allSatisfy { $0.isFinite && $0 > 0 }
  }

  /// The least and the largest value of each channel: black and white.
  public var range: [ClosedRange<Float>] {
    mean.indices.map { value(0, $0)...value(255, $0) }
  }

  /// The normalisation in words.
  public var words: String {
    let channels =
      switch order {
      case .rgb: "RGB"
      case .bgr: "BGR"
      case .grey: self.channels == 1 ? "grey" : "grey three times"
      }
    func list(_ values: [Float]) -> String { values.map { "\($0)" }.joined(separator: " ") }
    var words = channels
    if divisor != 1 { words += " / \(divisor)" }
    if mean.contains(where: { $0 != 0 }) { words += " − (\(list(mean)))" }
    if deviation.contains(where: { $0 != 1 }) { words += ", then / (\(list(deviation)))" }
    return words
  }

  /// The input tensor of stored inputs.
  ///
  /// - Parameters:
  ///   - rows: 8-bit inputs, `[samples, side, side, 3]`, red first.
  ///   - samples: How many they are.
  ///   - side: Pixels a side.
  /// - Returns: `[samples, side, side, channels]` in the order and scale that the network takes.
  public func activation(_ rows: [UInt8], samples: Int, side: Int) -> Activation {
    // 256 possible values a channel: a table is exact and fast.
    let tables = mean.indices.map { channel in (0..<256).map { value(UInt8($0), channel) } }
    let channels = self.channels
    var values = [Float](repeating: 0, count: rows.count / 3 * channels)
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
            for c in 0..<channels { out[pixel / 3 * channels + c] = tables[c][luma] }
          }
        }
      }
    }
    return Activation(
      samples: samples, shape: Shape(channels: channels, height: side, width: side),
      values: values)
  }

  /// The 8-bit picture that one sample of a network's input shows, its first channel as red.
  ///
  /// So a network that takes BGR sees blue faces, and a wrong order is seen at once.
  ///
  /// - Parameter input: `[side, side, channels]`, as `activation` gives it.
  /// - Returns: Three bytes a pixel; a single channel comes three times.
  public func pixels(of input: [Float]) -> [UInt8] {
    stride(from: 0, to: input.count, by: channels).flatMap { pixel in
      (0..<3).map { shown -> UInt8 in
        let channel = min(shown, channels - 1)
        let level = (input[pixel + channel] * deviation[channel] + mean[channel]) * divisor
        return level.isFinite ? UInt8(min(max(level.rounded(), 0), 255)) : 0
      }
    }
  }

  private func value(_ byte: UInt8, _ channel: Int) -> Float {
    (Float(byte) / divisor - mean[channel]) / deviation[channel]
  }
}
