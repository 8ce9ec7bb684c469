public import Foundation

/// A set of pixels of a picture.
public struct BitMask: Sendable, Equatable {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// `height × width` truth values, rows from the top.
  public var bits: [Bool]

  /// A mask of the given truth values.
  ///
  /// - Precondition: `bits.count == width * height`.
  public init(width: Int, height: Int, bits: [Bool]) {
    precondition(bits.count == width * height, "bits do not fill the mask")
    self.width = width
    self.height = height
    self.bits = bits
  }

  /// A mask without a pixel set.
  public init(width: Int, height: Int) {
    self.init(width: width, height: height, bits: Array(repeating: false, count: width * height))
  }

  /// How many pixels are set.
  public var count: Int { bits.lazy.filter { $0 }.count }

  /// Whether the pixel in column `x`, row `y` is set.
  public subscript(x: Int, y: Int) -> Bool {
    get { bits[y * width + x] }
    set { bits[y * width + x] = newValue }
  }

  /// The mask as a 1-bit greyscale PNG file.
  ///
  /// - Precondition: The mask has at least one pixel.
  public func pngData() -> [UInt8] {
    precondition(width > 0 && height > 0, "an empty mask cannot be a PNG")
    let stride = (width + 7) / 8
    var rows = [UInt8](repeating: 0, count: stride * height)
    for y in 0..<height {
      for x in 0..<width where bits[y * width + x] {
        rows[y * stride + x / 8] |= 0x80 >> UInt8(x % 8)
      }
    }
    return PNGFormat.encode(rows, width: width, height: height, depth: 1, colour: false)
  }

  /// Writes the mask as a 1-bit PNG file, whole or not at all.
  ///
  /// - Throws: `PictureError` of kind `unwritable`.
  public func writePNG(to url: URL) throws { try PictureFile.write(pngData(), to: url) }

  /// Reads a mask from a picture of any depth: what is not black is set.
  ///
  /// - Throws: `PictureError`, as `Picture.read`.
  public static func read(_ url: URL, limits: PictureLimits = .default) throws -> BitMask {
    BitMask(try Picture.read(url, limits: limits))
  }

  /// The pixels of a picture that are not black.
  public init(_ picture: Picture) {
    let channels = picture.channels
    // Nearly all masks are grey: no slices for these.
    self.init(
      width: picture.width, height: picture.height,
      bits: channels == 1
        ? picture.pixels.map { $0 != 0 }
        : (0..<picture.width * picture.height).map { pixel in
          picture.pixels[pixel * channels..<(pixel + 1) * channels].contains { $0 != 0 }
        })
  }
}
