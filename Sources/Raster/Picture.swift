/// A picture in memory: 8 bits a sample, rows from the top, channels interleaved.
public struct Picture: Sendable, Equatable {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// 1 (grey) or 3 (red, green, blue; sRGB).
  public let channels: Int
  /// `height × width × channels` samples.
  public var pixels: [UInt8]

  /// A picture of the given samples.
  ///
  /// - Precondition: `pixels.count == width * height * channels` and `channels` is 1 or 3.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(channels == 1 || channels == 3, "a picture has 1 or 3 channels")
    precondition(pixels.count == width * height * channels, "pixels do not fill the picture")
    self.width = width
    self.height = height
    self.channels = channels
    self.pixels = pixels
  }
}
