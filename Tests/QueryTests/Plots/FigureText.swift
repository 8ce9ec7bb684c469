import Foundation
import Raster

@testable import Query

extension Figure {
  /// Every label, those in groups too.
  var labels: [Label] { marks.flatMap(\.labels) }

  /// Every tooltip.
  var tooltips: [String] { marks.flatMap(\.tooltips) }

  /// Dots in the corners of cells.
  var dots: Int { marks.reduce(0) { $0 + $1.dots } }

  /// What is wrong with the layout of texts: those that leave the paper, and those that touch.
  var textFlaws: [String] {
    let corners = labels.map { ($0, $0.corners) }
    var flaws: [String] = []
    for (label, points) in corners {
      let isInside = points.allSatisfy { point in
        point.x >= 0 && point.x <= width && point.y >= 0 && point.y <= height
      }
      if !isInside { flaws.append("'\(label.text)' leaves the paper") }
    }
    for (index, a) in corners.enumerated() {
      for b in corners[(index + 1)...] where !areApart(a.1, b.1) {
        flaws.append("'\(a.0.text)' touches '\(b.0.text)'")
      }
    }
    return flaws
  }
}

extension Mark {
  fileprivate var labels: [Label] {
    switch self {
    case .text(let label): [label]
    case .group(let marks, _): marks.flatMap(\.labels)
    default: []
    }
  }

  fileprivate var dots: Int {
    switch self {
    case .circle(_, let radius, _, _): radius == 2 ? 1 : 0
    case .group(let marks, _): marks.reduce(0) { $0 + $1.dots }
    default: 0
    }
  }

  fileprivate var tooltips: [String] {
    guard case .group(let marks, let tooltip) = self else { return [] }
    return [tooltip] + marks.flatMap(\.tooltips)
  }
}

extension Label {
  /// The corners of the letters' box: from a fifth of the size below the baseline to three quarters
  /// above it.
  fileprivate var corners: [CanvasPoint] {
    let length = TextMeasure.width(text, size: size, isBold: isBold)
    let start =
      switch anchor {
      case .start: 0.0
      case .middle: -length / 2
      case .end: -length
      }
    let (sine, cosine) = (sin(degrees * .pi / 180), cos(degrees * .pi / 180))
    return [
      (start, -0.75 * size), (start + length, -0.75 * size), (start + length, 0.2 * size),
      (start, 0.2 * size),
    ].map { x, y in
      CanvasPoint(x: at.x + x * cosine - y * sine, y: at.y + x * sine + y * cosine)
    }
  }
}

/// Whether two rectangles have a line between them: along a side of one of them, if at all.
private func areApart(_ a: [CanvasPoint], _ b: [CanvasPoint]) -> Bool {
  for corners in [a, b] {
    for side in 0..<2 {
      let axis = (
        x: corners[side + 1].x - corners[side].x, y: corners[side + 1].y - corners[side].y
      )
      let shadow = { (points: [CanvasPoint]) in points.map { $0.x * axis.x + $0.y * axis.y } }
      let (first, second) = (shadow(a), shadow(b))
      if (first.max() ?? 0) <= (second.min() ?? 0) { return true }
      if (second.max() ?? 0) <= (first.min() ?? 0) { return true }
    }
  }
  return false
}

/// The document of an SVG file; throws if it is not well-formed.
func parsed(_ figure: Figure) throws -> XMLReader.Element {
  try XMLReader.read(Data(figure.svgFile()))
}
