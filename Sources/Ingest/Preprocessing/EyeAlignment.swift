import Compute
import Foundation
import Raster

/// The similarity that brings the centres of both eyes to standard places in the input:
/// `x' = a·x − b·y + shiftX`, `y' = b·x + a·y + shiftY`.
struct EyeAlignment: Equatable, Sendable {
  /// Where the eyes come to lie, as shares of the input's side: level, 0.3 apart, centred, with
  /// room for the brows above and the chin below.
  static let eyeX = (left: 0.35, right: 0.65)
  static let eyeY = 0.4

  let a: Double
  let b: Double
  let shiftX: Double
  let shiftY: Double

  /// The alignment of two eyes; nil if they are less than a pixel apart.
  init?(left: PictureRecord.Point, right: PictureRecord.Point, size: Int) {
    let (dx, dy) = (right.x - left.x, right.y - left.y)
    let square = dx * dx + dy * dy
    guard square >= 1, square.isFinite else { return nil }
    let side = Double(size)
    let distance = (EyeAlignment.eyeX.right - EyeAlignment.eyeX.left) * side
    // (dx, dy) goes to (distance, 0).
    a = distance * dx / square
    b = -distance * dy / square
    shiftX = EyeAlignment.eyeX.left * side - (a * left.x - b * left.y)
    shiftY = EyeAlignment.eyeY * side - (b * left.x + a * left.y)
  }

  /// Where a point of the picture lies in the input.
  func callAsFunction(_ point: PictureRecord.Point) -> PictureRecord.Point {
    .init(x: a * point.x - b * point.y + shiftX, y: b * point.x + a * point.y + shiftY)
  }

  /// Where a point of the input lies in the picture.
  private func inverse(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    let (u, v, square) = (x - shiftX, y - shiftY, a * a + b * b)
    return ((a * u + b * v) / square, (a * v - b * u) / square)
  }

  /// The aligned picture; what lies outside the picture is black.
  ///
  /// A picture that shrinks is scaled first, so that nothing is skipped, and turned then, between
  /// the four nearest pixels.
  func part(of picture: Picture, size: Int, filter: ResizeFilter) -> Picture {
    let scale = (a * a + b * b).squareRoot()
    var source = picture
    if scale < 1, filter != .nearest {
      source = picture.resized(
        width: max(1, Int((Double(picture.width) * scale).rounded())),
        height: max(1, Int((Double(picture.height) * scale).rounded())), filter: filter)
    }
    let toSourceX = Double(source.width) / Double(picture.width)
    let toSourceY = Double(source.height) / Double(picture.height)
    var pixels = [UInt8](repeating: 0, count: size * size * source.channels)
    for row in 0..<size {
      for column in 0..<size {
        let point = inverse(Double(column) + 0.5, Double(row) + 0.5)
        let (x, y) = (point.x * toSourceX, point.y * toSourceY)
        // Far outside, and nothing that could not be a whole number goes on.
        guard x > -1, y > -1, x < Double(source.width) + 1, y < Double(source.height) + 1 else {
          continue
        }
        let target = (row * size + column) * source.channels
        for channel in 0..<source.channels {
          pixels[target + channel] =
            filter == .nearest
            ? source.sample(Int(x.rounded(.down)), Int(y.rounded(.down)), channel)
            : source.between(x - 0.5, y - 0.5, channel)
        }
      }
    }
    return Picture(width: size, height: size, channels: source.channels, pixels: pixels)
  }
}

extension Picture {
  /// A sample; 0 outside.
  fileprivate func sample(_ x: Int, _ y: Int, _ channel: Int) -> UInt8 {
    guard x >= 0, y >= 0, x < width, y < height else { return 0 }
    return pixels[(y * width + x) * channels + channel]
  }

  /// Bilinear between the centres of pixels, which lie at whole numbers.
  fileprivate func between(_ x: Double, _ y: Double, _ channel: Int) -> UInt8 {
    let (left, top) = (x.rounded(.down), y.rounded(.down))
    let (partX, partY) = (x - left, y - top)
    func row(_ y: Int) -> Double {
      Double(sample(Int(left), y, channel)) * (1 - partX)
        + Double(sample(Int(left) + 1, y, channel)) * partX
    }
    let value = row(Int(top)) * (1 - partY) + row(Int(top) + 1) * partY
    return UInt8(min(max(value.rounded(), 0), 255))
  }
}
