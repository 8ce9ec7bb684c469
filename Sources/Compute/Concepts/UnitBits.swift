/// Which units of a layer are above their thresholds, one bit a unit and position.
public struct UnitBits: Sendable {
  /// Samples.
  public let samples: Int
  /// Channels of the layer.
  public let channels: Int
  /// Rows of a channel's map.
  public let height: Int
  /// Columns of a channel's map.
  public let width: Int
  /// Row-major [samples, channels, ⌈height·width/8⌉].
  ///
  /// The position y·width + x is bit y·width + x of a channel, the least significant bit of a byte
  /// first. Bits after the last position are ignored.
  public let bytes: [UInt8]

  /// Bytes of a channel of a sample.
  public var channelBytes: Int { (height * width + 7) / 8 }

  /// The longest side of a map.
  static let longestSide = 1 << 14

  /// Bits as they are stored.
  ///
  /// Nil if the sizes are not sensible (no channel or position, a side above 16,384, more than
  /// 2³¹ channels) or `bytes` is not as long as they say.
  public init?(samples: Int, channels: Int, height: Int, width: Int, bytes: [UInt8]) {
    let sides = 1...UnitBits.longestSide
    guard samples >= 0, channels > 0, channels <= Int32.max, sides.contains(height),
      sides.contains(width)
    else { return nil }
    let (count, overflow) = samples.multipliedReportingOverflow(
      by: channels * ((height * width + 7) / 8))
    guard !overflow, count == bytes.count else { return nil }
    self.samples = samples
    self.channels = channels
    self.height = height
    self.width = width
    self.bytes = bytes
  }
}
