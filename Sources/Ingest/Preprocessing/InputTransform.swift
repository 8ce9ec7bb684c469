import Raster

/// The map from a picture's pixels to the input's, and what it carries along.
///
/// `x' = scaleX · (x − left)`, `y' = scaleY · (y − top)`: the 2×3 matrix
/// `[scaleX 0 −scaleX·left; 0 scaleY −scaleY·top]`, in continuous pixel coordinates (the centre
/// of the first pixel is 0.5).
struct InputTransform: Equatable {
  let geometry: Preprocessing.Geometry
  let left: Int
  let top: Int
  let width: Int
  let height: Int

  /// The transform of a picture of the given size.
  init(geometry: Preprocessing.Geometry, width: Int, height: Int) {
    self.geometry = geometry
    switch geometry.fit {
    case .stretch:
      (left, top, self.width, self.height) = (0, 0, width, height)
    case .centreSquare:
      let side = min(width, height)
      (left, top, self.width, self.height) = ((width - side) / 2, (height - side) / 2, side, side)
    }
  }

  /// Where a point of the picture lies in the input.
  func callAsFunction(_ point: PictureRecord.Point) -> PictureRecord.Point {
    let side = Double(geometry.size)
    return .init(
      x: (point.x - Double(left)) * side / Double(width),
      y: (point.y - Double(top)) * side / Double(height))
  }

  /// The input pixels of a picture: `size × size × 3` samples, red first.
  func input(of picture: Picture) -> [UInt8] {
    let cropped = picture.cropped(x: left, y: top, width: width, height: height)
    let filter: ResizeFilter =
      switch geometry.filter {
      case .bilinear: .bilinear
      case .nearest: .nearest
      case .area: .box
      }
    let resized = cropped.resized(width: geometry.size, height: geometry.size, filter: filter)
    guard resized.channels == 1 else { return resized.pixels }
    return resized.pixels.flatMap { [$0, $0, $0] }
  }

  /// The input pixels of a mask: 1 where at least half of the pixel's area is covered, else 0.
  func mask(of mask: BitMask) -> [UInt8] {
    let grey = Picture(
      width: mask.width, height: mask.height, channels: 1, pixels: mask.bits.map { $0 ? 255 : 0 })
    return grey.cropped(x: left, y: top, width: width, height: height)
      .resized(width: geometry.size, height: geometry.size, filter: .box)
      .pixels.map { $0 >= 128 ? 1 : 0 }
  }
}
