import Compute
import Raster

/// The map from a picture's pixels to the input's, and what it carries along.
///
/// A 2×3 matrix in continuous pixel coordinates (the centre of the first pixel is 0.5): of whole
/// pixels that are scaled, or the similarity of an alignment.
struct InputTransform: Equatable, Sendable {
  private enum Map: Equatable, Sendable {
    case window(PictureWindow)
    case eyes(EyeAlignment)
  }

  let geometry: Preprocessing.Geometry
  /// Whether the picture lacks what the geometry crops or aligns it by; then its largest centred
  /// square is taken.
  let isFallback: Bool
  private let map: Map

  /// The transform of a picture of the given size.
  ///
  /// - Parameters:
  ///   - geometry: What is asked for.
  ///   - width: Of the picture in pixels.
  ///   - height: Of the picture in pixels.
  ///   - anchors: Where the face is.
  init(
    geometry: Preprocessing.Geometry, width: Int, height: Int, anchors: FaceAnchors = .none
  ) {
    self.geometry = geometry
    var plain = geometry
    (plain.crop, plain.margin, plain.align) = (nil, nil, nil)
    if geometry.align == .eyes, let eyes = anchors.eyes,
      let alignment = EyeAlignment(left: eyes.left, right: eyes.right, size: geometry.size)
    {
      (map, isFallback) = (.eyes(alignment), false)
    } else if let crop = geometry.crop, let box = anchors.region(crop) {
      (map, isFallback) = (.window(PictureWindow(box, geometry: geometry)), false)
    } else {
      isFallback = geometry.readsFaces
      if isFallback { plain = .init(size: geometry.size, fit: .centreSquare) }
      map = .window(
        PictureWindow(left: 0, top: 0, width: width, height: height, geometry: plain))
    }
  }

  /// Where a point of the picture lies in the input.
  func callAsFunction(_ point: PictureRecord.Point) -> PictureRecord.Point {
    switch map {
    case .window(let window): window(point)
    case .eyes(let alignment): alignment(point)
    }
  }

  /// The input pixels of a picture: `size × size × 3` samples, red first.
  func input(of picture: Picture) -> [UInt8] {
    let filter: ResizeFilter =
      switch geometry.filter {
      case .bilinear: .bilinear
      case .nearest: .nearest
      case .area: .box
      }
    let part = part(of: picture, filter: filter)
    guard part.channels == 1 else { return part.pixels }
    return part.pixels.flatMap { [$0, $0, $0] }
  }

  /// The input pixels of a mask: 1 where at least half of the pixel's area is covered, else 0.
  func mask(of mask: BitMask) -> [UInt8] {
    let grey = Picture(
      width: mask.width, height: mask.height, channels: 1, pixels: mask.bits.map { $0 ? 255 : 0 })
    return part(of: grey, filter: .box).pixels.map { $0 >= 128 ? 1 : 0 }
  }

  private func part(of picture: Picture, filter: ResizeFilter) -> Picture {
    switch map {
    case .window(let window): window.part(of: picture, size: geometry.size, filter: filter)
    case .eyes(let alignment): alignment.part(of: picture, size: geometry.size, filter: filter)
    }
  }
}
