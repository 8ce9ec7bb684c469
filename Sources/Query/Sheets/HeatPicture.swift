internal import Raster

/// A heat map as a picture: blue where relevance speaks against, red where it speaks for the class.
enum HeatPicture {
  /// A picture of relevance a pixel.
  ///
  /// - Parameters:
  ///   - heat: Row by row.
  ///   - side: Pixels a row.
  ///   - limit: The magnitude that has the full colour; 0 is the middle.
  /// - Returns: Three channels.
  static func picture(_ heat: [Float], side: Int, limit: Float) -> Picture {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(heat.count * 3)
    for value in heat {
      let colour = ColourMap.vik.colour(Double(value / limit) / 2 + 0.5)
      pixels += [UInt8(colour >> 16 & 255), UInt8(colour >> 8 & 255), UInt8(colour & 255)]
    }
    return Picture(width: side, height: heat.count / side, channels: 3, pixels: pixels)
  }
}
