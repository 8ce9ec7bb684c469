import Foundation

/// The region of an action unit in a picture: convex polygons, from its landmarks.
struct LandmarkRegion {
  /// Corners in pixels of the picture, x to the right and y down.
  let polygons: [[PictureRecord.Point]]

  /// A circle is drawn with so many corners.
  private static let corners = 32

  /// The region of an action unit; nil where there is no rule for it, the points are neither 66 nor
  /// 68, or the eyes' corners fall together.
  init?(au: Int, landmarks: [PictureRecord.Point]) {
    guard let rules = MaskRule.rules(for: au),
      let frame = EyeFrame(LandmarkRegion.full(landmarks))
    else { return nil }
    polygons = rules.map { frame.polygon($0, corners: LandmarkRegion.corners) }
  }

  /// 68 points; where 66 are given, the inner corners of the mouth (60 and 64) stand on the outer
  /// ones, which adds nothing to any region.
  static func full(_ points: [PictureRecord.Point]) -> [PictureRecord.Point] {
    guard points.count == 66 else { return points }
    return Array(points[..<60]) + [points[48]] + Array(points[60..<63]) + [points[54]]
      + Array(points[63...])
  }
}

/// The frame of a face whose eyes are level, and its scale.
struct EyeFrame {
  private let points: [PictureRecord.Point]
  private let distance: Double
  private let right: (x: Double, y: Double)

  /// The frame of 68 points; nil if there are not as many, or the outer eye corners fall together.
  init?(_ points: [PictureRecord.Point]) {
    guard points.count == 68 else { return nil }
    let (x, y) = (points[45].x - points[36].x, points[45].y - points[36].y)
    distance = (x * x + y * y).squareRoot()
    guard distance > 1e-6, distance.isFinite else { return nil }
    self.points = points
    right = (x / distance, y / distance)
  }

  /// The corners of a rule's part.
  func polygon(_ rule: MaskRule, corners: Int) -> [PictureRecord.Point] {
    switch rule {
    case .disc(let around, let moved, let down):
      let count = Double(around.count)
      let x = around.reduce(0) { $0 + points[$1].x } / count
      let y = around.reduce(0) { $0 + points[$1].y } / count
      let centre = PictureRecord.Point(
        x: x + (moved * right.x - down * right.y) * distance,
        y: y + (moved * right.y + down * right.x) * distance)
      return circle(centre, MaskRule.radius * distance, corners)
    case .hull(let around):
      // The sum of a hull and a disc is the hull of discs.
      return EyeFrame.hull(
        around.flatMap { circle(points[$0], MaskRule.margin * distance, corners) })
    }
  }

  private func circle(
    _ centre: PictureRecord.Point, _ radius: Double, _ corners: Int
  ) -> [PictureRecord.Point] {
    (0..<corners).map { corner in
      let angle = 2 * Double.pi * Double(corner) / Double(corners)
      return PictureRecord.Point(
        x: centre.x + radius * cos(angle), y: centre.y + radius * sin(angle))
    }
  }

  /// The convex hull (Andrew's monotone chain).
  static func hull(_ points: [PictureRecord.Point]) -> [PictureRecord.Point] {
    let sorted = points.sorted { ($0.x, $0.y) < ($1.x, $1.y) }
    guard sorted.count > 2 else { return sorted }
    func half(_ points: some Sequence<PictureRecord.Point>) -> [PictureRecord.Point] {
      var chain: [PictureRecord.Point] = []
      for point in points {
        while chain.count > 1 {
          let (a, b) = (chain[chain.count - 2], chain[chain.count - 1])
          guard (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) <= 0 else { break }
          chain.removeLast()
        }
        chain.append(point)
      }
      return chain.dropLast()
    }
    return half(sorted) + half(sorted.reversed())
  }
}
