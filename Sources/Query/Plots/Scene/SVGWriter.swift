internal import Raster

/// Writes a figure as SVG: real text, roles as classes, tooltips as titles, no script.
///
/// Each shape carries its colour on white paper as an attribute, which every program reads, and the
/// class of its role, by which a style sheet gives it another.
struct SVGWriter {
  private let figure: Figure
  private var text = ""

  init(_ figure: Figure) { self.figure = figure }

  /// A document of its own.
  func file() -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    \(opening(xmlns: true))
    <title>\(XMLText.escaped(figure.title))</title>
    \(description)<style>
    \(Figure.styleSheet)</style>
    \(body)</svg>

    """
  }

  /// An element for a page that holds the style sheet.
  func element() -> String { "\(opening(xmlns: false))\n\(description)\(body)</svg>\n" }

  private func opening(xmlns: Bool) -> String {
    let (width, height) = (XMLText.number(figure.width), XMLText.number(figure.height))
    let namespace = xmlns ? " xmlns=\"http://www.w3.org/2000/svg\"" : ""
    return "<svg\(namespace) class=\"lethe-plot\" width=\"\(width)\" height=\"\(height)\""
      + " viewBox=\"0 0 \(width) \(height)\" role=\"img\""
      + " aria-label=\"\(XMLText.escaped(figure.title))\" font-family=\"\(Figure.fontFamily)\">"
  }

  private var description: String {
    figure.summary.isEmpty ? "" : "<desc>\(XMLText.escaped(figure.summary))</desc>\n"
  }

  private var body: String {
    var writer = self
    let paper = Box(x: 0, y: 0, width: figure.width, height: figure.height)
    writer.write(.box(paper, fill: .paper))
    for mark in figure.marks { writer.write(mark) }
    return writer.text
  }

  private mutating func write(_ mark: Mark) {
    switch mark {
    case .box(let box, let fill, let stroke):
      element(
        "rect",
        [
          ("x", box.x), ("y", box.y), ("width", box.width), ("height", box.height),
        ], fill, stroke)
    case .line(let points, let stroke):
      guard points.count > 1 else { return }
      let isPair = points.count == 2
      let place =
        isPair
        ? coordinates([
          ("x1", points[0].x), ("y1", points[0].y), ("x2", points[1].x), ("y2", points[1].y),
        ]) : " points=\"\(list(points))\""
      text += "<\(isPair ? "line" : "polyline")\(place)\(style(nil, stroke))/>\n"
    case .polygon(let points, let fill, let opacity):
      let faded = opacity < 1 ? " fill-opacity=\"\(XMLText.number(opacity))\"" : ""
      text += "<polygon points=\"\(list(points))\"\(faded)\(style(fill, nil))/>\n"
    case .circle(let centre, let radius, let fill, let stroke):
      element("circle", [("cx", centre.x), ("cy", centre.y), ("r", radius)], fill, stroke)
    case .text(let label):
      write(label)
    case .group(let marks, let tooltip):
      text += "<g><title>\(XMLText.escaped(tooltip))</title>\n"
      for mark in marks { write(mark) }
      text += "</g>\n"
    }
  }

  private mutating func write(_ label: Label) {
    let place = coordinates([("x", label.at.x), ("y", label.at.y), ("font-size", label.size)])
    let anchor =
      switch label.anchor {
      case .start: ""
      case .middle: " text-anchor=\"middle\""
      case .end: " text-anchor=\"end\""
      }
    let turn =
      label.degrees == 0
      ? ""
      : " transform=\"rotate(\(XMLText.number(label.degrees)) \(XMLText.number(label.at.x))"
        + " \(XMLText.number(label.at.y)))\""
    let weight = label.isBold ? " font-weight=\"bold\"" : ""
    text +=
      "<text\(place)\(anchor)\(weight)\(turn)\(style(label.paint, nil))>"
      + "\(XMLText.escaped(label.text))</text>\n"
  }

  private mutating func element(
    _ name: String, _ places: [(String, Double)], _ fill: Paint?, _ stroke: Stroke?
  ) {
    text += "<\(name)\(coordinates(places))\(style(fill, stroke))/>\n"
  }

  private func coordinates(_ places: [(String, Double)]) -> String {
    places.map { " \($0.0)=\"\(XMLText.number($0.1))\"" }.joined()
  }

  private func list(_ points: [CanvasPoint]) -> String {
    points.map { "\(XMLText.number($0.x)),\(XMLText.number($0.y))" }.joined(separator: " ")
  }

  private func style(_ fill: Paint?, _ stroke: Stroke?) -> String {
    var classes: [String] = []
    var attributes = " fill=\"\(fill.map { Paint.hex($0.lightColour) } ?? "none")\""
    if let name = fill?.name { classes.append("f-\(name)") }
    if let stroke {
      attributes += " stroke=\"\(Paint.hex(stroke.paint.lightColour))\""
      if stroke.width != 1 { attributes += " stroke-width=\"\(XMLText.number(stroke.width))\"" }
      if !stroke.dash.isEmpty {
        let dash = stroke.dash.map(XMLText.number).joined(separator: " ")
        attributes += " stroke-dasharray=\"\(dash)\""
      }
      if let name = stroke.paint.name { classes.append("l-\(name)") }
    }
    return classes.isEmpty
      ? attributes : attributes + " class=\"\(classes.joined(separator: " "))\""
  }
}
