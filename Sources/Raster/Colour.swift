/// A colour in sRGB with an opacity, each part in 0…1.
public struct Colour: Sendable, Equatable {
  /// Red, 0…1.
  public let red: Double
  /// Green, 0…1.
  public let green: Double
  /// Blue, 0…1.
  public let blue: Double
  /// Opacity, 0…1.
  public let alpha: Double

  /// A colour of its parts.
  public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// A colour written as in a style sheet, for example `Colour(0xff8800)`.
  public init(_ hex: UInt32, alpha: Double = 1) {
    self.init(
      red: Double(hex >> 16 & 0xff) / 255, green: Double(hex >> 8 & 0xff) / 255,
      blue: Double(hex & 0xff) / 255, alpha: alpha)
  }

  /// Black.
  public static let black = Colour(0x000000)
  /// White.
  public static let white = Colour(0xffffff)
}
