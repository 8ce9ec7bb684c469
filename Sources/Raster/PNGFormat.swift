internal import CPNG
public import Foundation

/// PNG by libpng.
enum PNGFormat {
  /// Decodes a picture of any depth, palette or interlacing to 8 bits, 1 or 3 channels.
  ///
  /// - Throws: `PictureError` of kind `damaged`.
  static func decode(_ bytes: [UInt8], name: String) throws(PictureError) -> Picture {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let picture = bytes.withUnsafeBytes { (memory) -> Picture? in
      guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
        return nil
      }
      // 16-bit samples are taken as sRGB, as every viewer takes them, rather than as linear light.
      image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
      let colour = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
      let hasOpacity = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
      image.format =
        (colour ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0)
        | (hasOpacity ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
      let channels = (colour ? 3 : 1) + (hasOpacity ? 1 : 0)
      let (width, height) = (Int(image.width), Int(image.height))
      var pixels = [UInt8](repeating: 0, count: width * height * channels)
      guard png_image_finish_read(&image, nil, &pixels, Int32(width * channels), nil) != 0 else {
        return nil
      }
      if hasOpacity {
        // What is seen through counts as much as what is not: the colours are kept as they are.
        pixels = pixels.enumerated().compactMap {
          ($0.offset + 1) % channels == 0 ? nil : $0.element
        }
      }
      return Picture(
        width: width, height: height, channels: colour ? 3 : 1, pixels: pixels)
    }
    guard let picture else {
      let message = withUnsafeBytes(of: image.message) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      throw PictureError(
        kind: .damaged, file: name,
        reason: "the PNG is truncated or corrupt (\(message.isEmpty ? "libpng" : message))")
    }
    return picture
  }

  /// Encodes packed rows of the given depth (1 or 8), always with the same settings.
  static func encode(_ rows: [UInt8], width: Int, height: Int, depth: Int, colour: Bool) -> [UInt8]
  {
    var buffer = lethe_png_buffer(bytes: nil, length: 0, capacity: 0)
    defer { free(buffer.bytes) }
    let type = colour ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY
    let written = lethe_png_write(
      rows, UInt32(width), UInt32(height), rows.count / height, Int32(depth), type, &buffer)
    guard written != 0, let start = buffer.bytes else {
      fatalError("libpng cannot encode \(width) × \(height) pixels: out of memory")
    }
    return [UInt8](UnsafeBufferPointer(start: start, count: buffer.length))
  }
}

extension Picture {
  /// The picture as a PNG file: equal pictures give equal bytes.
  ///
  /// - Precondition: The picture has at least one pixel.
  public func pngData() -> [UInt8] {
    precondition(width > 0 && height > 0, "an empty picture cannot be a PNG")
    return PNGFormat.encode(pixels, width: width, height: height, depth: 8, colour: channels == 3)
  }

  /// Writes the picture as a PNG file, whole or not at all.
  ///
  /// - Throws: `PictureError` of kind `unwritable`.
  public func writePNG(to url: URL) throws { try PictureFile.write(pngData(), to: url) }
}
