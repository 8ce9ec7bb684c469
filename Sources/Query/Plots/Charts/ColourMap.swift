import Foundation

/// Colours in an order that the eye reads evenly, also a colour-blind one.
struct ColourMap: Sendable, Equatable {
  /// `0xRRGGBB` at equal distances.
  let anchors: [UInt32]

  /// Dark blue to yellow, for values without a sign.
  ///
  /// Source: viridis by Smith, van der Walt and Firing (2015, public domain), at 17 of its 256
  /// places; between them no part is off by more than 6 of 255.
  static let viridis = ColourMap(anchors: [
    0x440154, 0x48186a, 0x472d7b, 0x424086, 0x3b528b, 0x33638d, 0x2c728e, 0x26818e, 0x21908c,
    0x1f9f88, 0x28ae80, 0x3ebc74, 0x5dc963, 0x82d34c, 0xabdc32, 0xd5e21a, 0xfde725,
  ])

  /// Blue over light grey to red, for values with a sign.
  ///
  /// Source: vik of the Scientific colour maps 8 by Crameri (doi 10.5281/zenodo.1243862), at 17 of
  /// its 256 places; between them no part is off by more than 7 of 255.
  static let vik = ColourMap(anchors: [
    0x001261, 0x022b71, 0x034481, 0x0c5e92, 0x2f7ca6, 0x609dbc, 0x92bdd2, 0xc5dbe5, 0xece5e1,
    0xe9cbb9, 0xdcab8f, 0xcf8e68, 0xc37243, 0xb3531f, 0x932e06, 0x741506, 0x590008,
  ])

  /// The colour at a place, 0 at the first and 1 at the last; places outside count as these.
  func colour(_ place: Double) -> UInt32 {
    let position = min(max(place.isNaN ? 0 : place, 0), 1) * Double(anchors.count - 1)
    let index = min(Int(position), anchors.count - 2)
    let share = position - Double(index)
    var result: UInt32 = 0
    for shift in [UInt32(16), 8, 0] {
      let from = Double(anchors[index] >> shift & 0xff)
      let to = Double(anchors[index + 1] >> shift & 0xff)
      result |= UInt32((from + (to - from) * share).rounded()) << shift
    }
    return result
  }

  /// Black or white, whichever is read better on a colour: their contrast is never below 4.5.
  ///
  /// Source: relative luminance and contrast of WCAG 2.2.
  static func text(on colour: UInt32) -> UInt32 {
    contrast(0x000000, colour) >= contrast(0xffffff, colour) ? 0x000000 : 0xffffff
  }

  /// The contrast of two colours, 1 to 21.
  static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let (a, b) = (luminance(a), luminance(b))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private static func luminance(_ colour: UInt32) -> Double {
    let parts = [UInt32(16), 8, 0].map { shift -> Double in
      let part = Double(colour >> shift & 0xff) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}

/// Which values have which colours.
struct ColourScale: Sendable, Equatable {
  let map: ColourMap
  let low: Double
  let high: Double

  /// Values without a sign, from the lowest to the highest colour.
  static func sequential(_ low: Double, _ high: Double) -> ColourScale {
    ColourScale(map: .viridis, low: low, high: high)
  }

  /// Values with a sign, with 0 in the middle: losses red, gains blue.
  static func signed(limit: Double) -> ColourScale {
    ColourScale(map: ColourMap(anchors: ColourMap.vik.anchors.reversed()), low: -limit, high: limit)
  }

  func colour(_ value: Double) -> UInt32 {
    map.colour(high > low ? (value - low) / (high - low) : 0.5)
  }
}
