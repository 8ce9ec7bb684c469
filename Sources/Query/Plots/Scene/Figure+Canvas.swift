internal import Raster

extension Figure {
  /// The figure drawn in pixels.
  func canvas(scale: Double) -> Canvas {
    let scale = min(scale, 32_767 / max(width, height, 1))
    let canvas = Canvas(width: width, height: height, scale: scale)
    for mark in marks { canvas.draw(mark) }
    return canvas
  }
}

extension Paint {
  fileprivate func colour(opacity: Double = 1) -> Colour { Colour(lightColour, alpha: opacity) }
}

extension Canvas {
  fileprivate func draw(_ mark: Mark) {
    switch mark {
    case .box(let box, let fill, let stroke):
      if let fill {
        fillRectangle(x: box.x, y: box.y, width: box.width, height: box.height, fill.colour())
      }
      if let stroke {
        strokeRectangle(
          x: box.x, y: box.y, width: box.width, height: box.height, stroke.paint.colour(),
          lineWidth: stroke.width)
      }
    case .line(let points, let stroke):
      polyline(points, stroke.paint.colour(), lineWidth: stroke.width, dash: stroke.dash)
    case .polygon(let points, let fill, let opacity):
      fillPolygon(points, fill.colour(opacity: opacity))
    case .circle(let centre, let radius, let fill, let stroke):
      fillCircle(at: centre, radius: radius, fill.colour())
      if let stroke {
        strokeCircle(
          at: centre, radius: radius, stroke.paint.colour(), lineWidth: stroke.width)
      }
    case .text(let label):
      text(
        label.text, at: label.at,
        TextStyle(size: label.size, bold: label.isBold, colour: label.paint.colour()),
        anchor: label.anchor, degrees: label.degrees)
    case .group(let marks, _):
      for mark in marks { draw(mark) }
    }
  }
}
