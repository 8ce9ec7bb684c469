public import Foundation

/// What a picture file says of itself before anything is decoded.
public struct PictureHeader: Sendable, Equatable {
  /// The formats that can be read.
  public enum Format: String, Sendable {
    /// Portable Network Graphics.
    case png
    /// JPEG, baseline or progressive.
    case jpeg
  }

  /// The format, recognised by the first bytes, never by the file's name.
  public let format: Format
  /// Pixels a row, after the picture has been turned as its EXIF note says.
  public let width: Int
  /// Rows, after the picture has been turned.
  public let height: Int
  /// How the picture is to be turned.
  let orientation: Orientation

  /// Reads the header of a file without decoding it.
  ///
  /// - Throws: `PictureError`; also for a picture that is larger than the limits allow.
  public static func read(_ url: URL, limits: PictureLimits = .default) throws -> PictureHeader {
    let descriptor = try PictureFile.open(url)
    defer { close(descriptor) }
    return try read(descriptor, name: url.path, limits: limits)
  }

  /// Reads the header of an open file without decoding it.
  ///
  /// - Parameters:
  ///   - descriptor: The file; it stays open.
  ///   - name: What errors call it.
  ///   - limits: How large a picture may be.
  /// - Returns: The header.
  /// - Throws: `PictureError`; also for a picture that is larger than the limits allow.
  public static func read(
    _ descriptor: Int32, name: String, limits: PictureLimits = .default
  ) throws(PictureError) -> PictureHeader {
    let header = try unchecked(descriptor, name, limits)
    try limits.check(header, name: name)
    return header
  }

  private static func unchecked(
    _ descriptor: Int32, _ name: String, _ limits: PictureLimits
  ) throws(PictureError) -> PictureHeader {
    // The system is not to fetch the rest of a picture: of a data set, that is all the bytes of it.
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_RANDOM)
    // The header is within one page, or within 64 KB behind the camera's notes and thumbnails.
    for length in [4096, 65_536] {
      let start = try PictureFile.bytes(of: descriptor, name: name, limits: limits, upTo: length)
      if let header = try? PictureHeader(start, name: name) { return header }
      if start.count < length { break }
    }
    let all = try PictureFile.bytes(of: descriptor, name: name, limits: limits)
    return try PictureHeader(all, name: name)
  }

  /// The header at the start of the bytes of a picture.
  ///
  /// - Throws: `PictureError` if the bytes are no picture or end before the header does.
  public init(_ bytes: [UInt8], name: String) throws(PictureError) {
    if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = try PictureHeader.png(bytes, name: name)
    } else if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      self = try PictureHeader.jpeg(bytes, name: name)
    } else if bytes.isEmpty {
      throw PictureError(kind: .damaged, file: name, reason: "the file is empty")
    } else {
      throw PictureError(kind: .notAPicture, file: name, reason: "neither PNG nor JPEG")
    }
  }

  private init(
    format: Format, width: Int, height: Int, orientation: Orientation = .upright
  ) {
    self.format = format
    self.width = orientation.swapsSides ? height : width
    self.height = orientation.swapsSides ? width : height
    self.orientation = orientation
  }

  /// IHDR is always the first chunk: width and height are the 32-bit numbers at 16 and 20.
  private static func png(_ bytes: [UInt8], name: String) throws(PictureError) -> PictureHeader {
    guard bytes.count >= 33 else { throw cut(name) }
    let side = { (at: Int) in bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    guard Array(bytes[12..<16]) == Array("IHDR".utf8), side(16) < 1 << 31, side(20) < 1 << 31 else {
      throw PictureError(kind: .damaged, file: name, reason: "its PNG header is corrupt")
    }
    return PictureHeader(format: .png, width: side(16), height: side(20))
  }

  /// Walks over the segments to the first start-of-frame marker (C0…CF without C4, C8 and CC),
  /// past the note on the camera's orientation.
  private static func jpeg(_ bytes: [UInt8], name: String) throws(PictureError) -> PictureHeader {
    var at = 2
    var orientation: Orientation?
    while at + 9 < bytes.count {
      guard bytes[at] == 0xff else {
        at += 1
        continue
      }
      let marker = bytes[at + 1]
      if marker == 0xff || marker == 0x00 || marker == 0x01 || (0xd0...0xd8).contains(marker) {
        at += marker == 0xff ? 1 : 2
        continue
      }
      if marker == 0xd9 || marker == 0xda { break }
      if (0xc0...0xcf).contains(marker), ![0xc4, 0xc8, 0xcc].contains(marker) {
        return PictureHeader(
          format: .jpeg, width: Int(bytes[at + 7]) << 8 | Int(bytes[at + 8]),
          height: Int(bytes[at + 5]) << 8 | Int(bytes[at + 6]),
          orientation: orientation ?? .upright)
      }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      if marker == 0xe1, orientation == nil, length > 2 {
        orientation = Orientation(exif: bytes[(at + 4)..<min(at + 2 + length, bytes.count)])
      }
      at += 2 + length
    }
    throw cut(name)
  }

  private static func cut(_ name: String) -> PictureError {
    PictureError(kind: .damaged, file: name, reason: "the file ends before its header does")
  }
}
