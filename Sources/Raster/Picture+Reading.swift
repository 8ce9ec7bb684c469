public import Foundation

extension Picture {
  /// Reads a PNG or JPEG file, recognised by its first bytes.
  ///
  /// Grey pictures have one channel, all others three. 16-bit samples are reduced to 8, and opacity
  /// is left out, as the Python Imaging Library's `convert("RGB")` does. JPEG pictures are turned as
  /// their EXIF note says.
  ///
  /// - Throws: `PictureError` if the file is missing, unreadable, no picture, damaged or too large.
  public static func read(_ url: URL, limits: PictureLimits = .default) throws -> Picture {
    try decode(bytes(of: url, limits: limits), name: url.path, limits: limits)
  }

  /// The bytes of a picture file, to be decoded.
  ///
  /// - Throws: `PictureError` if the file is missing, unreadable or too large.
  public static func bytes(of url: URL, limits: PictureLimits = .default) throws -> [UInt8] {
    try PictureFile.bytes(of: url, limits: limits)
  }

  /// Decodes the bytes of a PNG or JPEG file; `name` stands in the errors.
  ///
  /// - Throws: `PictureError` if the bytes are no picture, damaged or too large.
  public static func decode(
    _ bytes: [UInt8], name: String, limits: PictureLimits = .default
  ) throws -> Picture {
    guard bytes.count <= limits.fileBytes else {
      throw PictureError(
        kind: .tooLarge, file: name,
        reason: "\(bytes.count) bytes are above the limit of \(limits.fileBytes)")
    }
    let header = try PictureHeader(bytes, name: name)
    try limits.check(header, name: name)
    switch header.format {
    case .png: return try PNGFormat.decode(bytes, name: name)
    case .jpeg:
      return try JPEGFormat.decode(bytes, name: name, limits: limits).turned(header.orientation)
    }
  }
}
