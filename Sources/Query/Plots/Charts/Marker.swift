internal import Raster

/// A sign at a point; shapes tell categories apart where colours do not.
enum Marker: Sendable, CaseIterable {
  case circle
  case square
  case triangle
  case diamond
  case wedge

  /// The sign of a category.
  static func series(_ index: Int) -> Marker {
    [circle, square, triangle, diamond, wedge][index % 5]
  }

  /// The sign, about 8 pixels wide, with a rim of paper that lifts it off lines below; or a ring.
  func mark(
    at point: CanvasPoint, _ paint: Paint, radius: Double = 4, isHollow: Bool = false
  ) -> Mark {
    if isHollow {
      return .circle(
        point, radius: radius - 0.75, fill: .paper, stroke: Stroke(paint, width: 1.5))
    }
    let corners: [(Double, Double)]
    switch self {
    case .circle:
      return .circle(point, radius: radius, fill: paint, stroke: Stroke(.paper, width: 1))
    case .square: corners = [(-0.88, -0.88), (0.88, -0.88), (0.88, 0.88), (-0.88, 0.88)]
    case .triangle: corners = [(0, -1.2), (1.1, 0.75), (-1.1, 0.75)]
    case .diamond: corners = [(0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)]
    case .wedge: corners = [(-1.1, -0.75), (1.1, -0.75), (0, 1.2)]
    }
    return .polygon(
      corners.map { CanvasPoint(x: point.x + $0.0 * radius, y: point.y + $0.1 * radius) },
      fill: paint)
  }
}
