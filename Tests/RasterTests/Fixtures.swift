import Foundation
import Raster

/// The pictures that `Tests/Fixtures/raster/generate.py` made.
enum Fixtures {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/raster")

  static func url(_ name: String) -> URL { folder.appending(path: name) }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: url(name))) }

  /// Pixels as Pillow has them.
  static func expected(_ name: String) throws -> Picture {
    let bytes = try bytes("\(name).raw")
    let numbers = (0..<3).map { index in
      bytes[index * 4..<index * 4 + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    return Picture(
      width: numbers[0], height: numbers[1], channels: numbers[2], pixels: Array(bytes[12...]))
  }

  /// A new empty folder.
  static func temporaryFolder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "raster-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}

/// The largest difference between two pictures of one shape, or nil if the shapes differ.
func largestDifference(_ a: Picture, _ b: Picture) -> Int? {
  guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return nil }
  return zip(a.pixels, b.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}
