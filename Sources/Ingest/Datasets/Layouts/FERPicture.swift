import Foundation
import Raster

/// A picture inside `fer2013.csv`.
struct FERPicture {
  /// Pixels a side.
  static let side = 48

  /// The CSV, relative to the data set's root.
  let file: String
  /// The row, counted from 0 without the header.
  let row: Int
  /// Where the row begins in the file.
  let offset: Int

  /// A picture of its parts.
  init(_ file: String, row: Int, offset: Int) {
    self.file = file
    self.row = row
    self.offset = offset
  }

  /// The picture of a path `<file>.csv#<row>@<byte>`; nil if the path is another kind.
  init?(path: String) {
    guard let hash = path.lastIndex(of: "#") else { return nil }
    let parts = path[path.index(after: hash)...].split(separator: "@")
    guard path[..<hash].lowercased().hasSuffix(".csv"), parts.count == 2,
      let row = Int(parts[0]), let offset = Int(parts[1]), row >= 0, offset >= 0
    else { return nil }
    self.init(String(path[..<hash]), row: row, offset: offset)
  }

  /// What a sample is addressed by.
  var path: String { "\(file)#\(row)@\(offset)" }

  /// Reads the row and decodes its pixels: 48 × 48 grey values.
  ///
  /// - Throws: `PictureError` if the file is gone, or the row is none of a picture any more.
  func read(from root: DatasetRoot) throws -> Picture {
    func failure(_ kind: PictureError.Kind, _ reason: String) -> PictureError {
      PictureError(kind: kind, file: path, reason: reason)
    }
    guard let url = root.url(of: file) else {
      throw failure(.unreadable, "the path leaves the data set's folder")
    }
    let descriptor = open(url.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(.missing, "there is no such file") }
    defer { close(descriptor) }
    let before = min(offset, 1)
    let bytes: [UInt8]
    do {
      bytes = try DatasetRoot.read(
        descriptor, count: FERTable.longestRow, at: offset - before)
    } catch { throw failure(.unreadable, "reading failed") }
    guard before == 0 || bytes.first == 0x0A else {
      throw failure(.damaged, "the file has changed since it was added")
    }
    let line = bytes.dropFirst(before).prefix { $0 != 0x0A }
    let fields = FERTable.fields(line)
    guard fields.count == 3, let pixels = FERPicture.pixels(fields[1]) else {
      throw failure(.damaged, "the row does not hold 48 × 48 grey values 0–255")
    }
    return Picture(
      width: FERPicture.side, height: FERPicture.side, channels: 1, pixels: pixels)
  }

  /// Grey values between blanks; nil if there are not 48 × 48 of them, each 0–255.
  static func pixels(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(side * side)
    var value: Int?
    for byte in text {
      switch byte {
      case 0x30...0x39:
        value = (value ?? 0) * 10 + Int(byte - 0x30)
        guard let value, value <= 255 else { return nil }
      case 0x20, 0x09:
        if let known = value { pixels.append(UInt8(known)) }
        value = nil
      default: return nil
      }
    }
    if let known = value { pixels.append(UInt8(known)) }
    return pixels.count == side * side ? pixels : nil
  }
}
