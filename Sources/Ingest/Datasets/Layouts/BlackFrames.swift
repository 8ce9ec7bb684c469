import Foundation
import Raster

/// Finds frames that were taken in the dark.
enum BlackFrames {
  /// The mean grey, of 255, below which a frame counts as nearly black.
  static let darkest = 8
  /// Frames that take more bytes a pixel in their file show something.
  private static let bytesPerPixel = 0.5

  /// Whether a picture is nearly black; only those of small files are decoded to find out.
  static func isNearlyBlack(_ url: URL) -> Bool {
    guard let header = try? PictureHeader.read(url),
      let size = try? FileManager.default.attributesOfItem(atPath: url.path)[.size] as? Int,
      Double(size) < max(1024, Double(header.width * header.height) * bytesPerPixel),
      let picture = try? Picture.read(url)
    else { return false }
    let sum = picture.pixels.reduce(0) { $0 + Int($1) }
    return sum < darkest * picture.pixels.count
  }
}
