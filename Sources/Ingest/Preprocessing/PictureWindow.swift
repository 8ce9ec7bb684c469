import Compute
import Raster

/// A rectangle of whole pixels that is scaled, and the part of the result that is taken.
///
/// `x' = scaledWidth / width · (x − left) − right shift`, and y likewise.
struct PictureWindow: Equatable, Sendable {
  var left: Int
  var top: Int
  var width: Int
  var height: Int
  /// The rectangle's extents after scaling.
  var scaledWidth: Int
  var scaledHeight: Int
  /// Where the input begins in the scaled rectangle.
  var shiftX = 0
  var shiftY = 0

  /// The window of a rectangle under a fit.
  init(
    left: Int, top: Int, width: Int, height: Int, geometry: Preprocessing.Geometry
  ) {
    let size = geometry.size
    (self.left, self.top, self.width, self.height) = (left, top, width, height)
    (scaledWidth, scaledHeight) = (size, size)
    switch geometry.fit {
    case .stretch: break
    case .centreSquare:
      let side = min(width, height)
      self.left += (width - side) / 2
      self.top += (height - side) / 2
      (self.width, self.height) = (side, side)
    case .shorterSide: fitShorterSide(geometry.resize ?? size, size)
    }
  }

  /// The rectangle of whole pixels nearest to a box that grows by a margin.
  init(
    _ box: FaceAnchors.Box, geometry: Preprocessing.Geometry
  ) {
    let margin = geometry.margin ?? 0
    let left = (box.left - margin * box.width).rounded()
    let top = (box.top - margin * box.height).rounded()
    let right = (box.left + (1 + margin) * box.width).rounded()
    let bottom = (box.top + (1 + margin) * box.height).rounded()
    self.init(
      left: Int(left), top: Int(top), width: max(1, Int(right - left)),
      height: max(1, Int(bottom - top)), geometry: geometry)
  }

  /// torchvision's numbers: the longer side is cut to whole pixels, the crop begins at the rounded
  /// half of what is left over, a half going to the even neighbour.
  private mutating func fitShorterSide(_ resize: Int, _ size: Int) {
    // Of a strip, only the middle can reach the input: the rest would cost memory alone.
    let reach = 8 * min(width, height)
    if width > reach {
      left += (width - reach) / 2
      width = reach
    } else if height > reach {
      top += (height - reach) / 2
      height = reach
    }
    if width <= height {
      (scaledWidth, scaledHeight) = (resize, resize * height / width)
    } else {
      (scaledWidth, scaledHeight) = (resize * width / height, resize)
    }
    func half(_ rest: Int) -> Int { Int((Double(rest) / 2).rounded(.toNearestOrEven)) }
    (shiftX, shiftY) = (half(scaledWidth - size), half(scaledHeight - size))
  }

  /// Where a point of the picture lies in the input.
  func callAsFunction(_ point: PictureRecord.Point) -> PictureRecord.Point {
    .init(
      x: (point.x - Double(left)) * Double(scaledWidth) / Double(width) - Double(shiftX),
      y: (point.y - Double(top)) * Double(scaledHeight) / Double(height) - Double(shiftY))
  }

  /// The part of a picture, scaled; what lies outside the picture is black.
  func part(of picture: Picture, size: Int, filter: ResizeFilter) -> Picture {
    let scaled = picture.cropped(x: left, y: top, width: width, height: height)
      .resized(width: scaledWidth, height: scaledHeight, filter: filter)
    guard scaledWidth != size || scaledHeight != size else { return scaled }
    return scaled.cropped(x: shiftX, y: shiftY, width: size, height: size)
  }
}
