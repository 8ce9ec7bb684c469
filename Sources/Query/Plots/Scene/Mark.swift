internal import Raster

/// A rectangle of a figure.
struct Box: Sendable, Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var right: Double { x + width }
  var bottom: Double { y + height }
  var middle: CanvasPoint { CanvasPoint(x: x + width / 2, y: y + height / 2) }

  /// The rectangle without strips at its sides.
  func inset(left: Double = 0, top: Double = 0, right: Double = 0, bottom: Double = 0) -> Box {
    Box(
      x: x + left, y: y + top, width: max(0, width - left - right),
      height: max(0, height - top - bottom))
  }
}

/// How a line is drawn.
struct Stroke: Sendable, Equatable {
  var paint: Paint
  var width = 1.0
  /// Lengths of dashes and gaps; none for a whole line.
  var dash: [Double] = []

  init(_ paint: Paint, width: Double = 1, dash: [Double] = []) {
    self.paint = paint
    self.width = width
    self.dash = dash
  }
}

/// A line of text whose baseline runs through a point.
struct Label: Sendable, Equatable {
  var text: String
  var at: CanvasPoint
  var size = 12.0
  var isBold = false
  var paint = Paint.ink
  var anchor = TextAnchor.start
  /// Turned clockwise about the point.
  var degrees = 0.0

  /// A label whose capital letters have their middle, not their baseline, at `y`.
  static func centred(
    _ text: String, x: Double, y: Double, size: Double = 12, isBold: Bool = false,
    paint: Paint = .ink, anchor: TextAnchor = .middle
  ) -> Label {
    Label(
      text: text, at: CanvasPoint(x: x, y: y + size * 0.36), size: size, isBold: isBold,
      paint: paint, anchor: anchor)
  }
}

/// One shape of a figure.
indirect enum Mark: Sendable, Equatable {
  case box(Box, fill: Paint?, stroke: Stroke? = nil)
  case line([CanvasPoint], Stroke)
  case polygon([CanvasPoint], fill: Paint, opacity: Double = 1)
  case circle(CanvasPoint, radius: Double, fill: Paint, stroke: Stroke? = nil)
  case text(Label)
  /// Shapes that belong together, with a text that is shown when a pointer rests on them.
  case group([Mark], tooltip: String)

  static func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: Stroke) -> Mark
  {
    .line([CanvasPoint(x: x1, y: y1), CanvasPoint(x: x2, y: y2)], stroke)
  }
}
