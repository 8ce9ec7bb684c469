internal import Raster

/// Values with intervals in named rows, of one or several series.
struct DotPlot: Sendable {
  /// A value with its interval.
  struct Point: Sendable, Equatable {
    /// Nil where it is not defined: nothing is drawn.
    var value: Double?
    var low: Double?
    var high: Double?
    var tooltip: String
    /// Drawn hollow, such as what is not significant.
    var isHollow = false
  }

  /// A point a row.
  struct Series: Sendable {
    var name: String
    var points: [Point]
    var paint: Paint
    var marker: Marker

    var legendEntry: LegendEntry { LegendEntry(name, .marker(marker, paint)) }
  }

  var rows: [String]
  var x: Axis
  var xTitle = ""
  var series: [Series]
  /// A value that is drawn through, such as no effect.
  var reference: Double?
  /// Room kept free right of the plot area.
  var right = 12.0
  /// Room for the names, so that plots below each other are in line.
  var left = 0.0

  /// The height of a row.
  var rowHeight: Double { max(22, Double(series.count) * 10 + 10) }

  /// The height that the rows and the axis need.
  var height: Double {
    Double(rows.count) * rowHeight + panel.extraHeight(width: 600)
  }

  /// The panel, not laid out yet.
  private var panel: Panel {
    var panel = Panel(x: x, y: .names(rows, isDown: true), xTitle: xTitle)
    panel.hasVerticalGrid = true
    panel.hasHorizontalGrid = false
    panel.right = right
    panel.left = left
    return panel
  }

  /// The room that the names of the rows need.
  var labelWidth: Double { panel.labelWidth }

  /// The plot in a box.
  func marks(in box: Box) -> [Mark] { laidOut(in: box).marks }

  /// The plot in a box, with its panel.
  func laidOut(in box: Box) -> (panel: Panel, marks: [Mark]) {
    var panel = panel
    panel.layOut(in: box)
    var marks = panel.marks()
    for row in rows.indices.dropFirst() {
      let y = panel.vertical(Double(row) - 0.5)
      marks.append(.line(box.x, y, box.right, y, Stroke(.faint, width: 0.75)))
    }
    if let reference, x.contains(reference) {
      let at = panel.horizontal(reference)
      marks.append(.line(at, panel.area.y, at, panel.area.bottom, Stroke(.muted, width: 1.25)))
    }
    for (index, item) in series.enumerated() {
      let shift = (Double(index) - Double(series.count - 1) / 2) * 10
      for (row, point) in item.points.enumerated() {
        let y = panel.vertical(Double(row)) + shift
        if let mark = mark(point, of: item, y: y, panel) { marks.append(mark) }
      }
    }
    return (panel, marks)
  }

  private func mark(_ point: Point, of item: Series, y: Double, _ panel: Panel) -> Mark? {
    guard let value = point.value else { return nil }
    var marks: [Mark] = []
    if let low = point.low, let high = point.high {
      let stroke = Stroke(item.paint, width: 1.5)
      marks.append(.line(panel.horizontal(low), y, panel.horizontal(high), y, stroke))
      if low < min(x.first, x.last) { marks.append(arrow(panel.area.x, y, -1, item.paint)) }
      if high > max(x.first, x.last) { marks.append(arrow(panel.area.right, y, 1, item.paint)) }
    }
    let at = CanvasPoint(x: panel.horizontal(value), y: y)
    if x.contains(value) {
      marks.append(item.marker.mark(at: at, item.paint, isHollow: point.isHollow))
    } else {
      marks.append(arrow(at.x, y, value > max(x.first, x.last) ? 1 : -1, item.paint))
    }
    return .group(marks, tooltip: point.tooltip)
  }

  /// A tip at the end of the axis that says: it goes on beyond.
  private func arrow(_ x: Double, _ y: Double, _ direction: Double, _ paint: Paint) -> Mark {
    .polygon(
      [
        CanvasPoint(x: x - 7 * direction, y: y - 4), CanvasPoint(x: x, y: y),
        CanvasPoint(x: x - 7 * direction, y: y + 4),
      ], fill: paint)
  }
}
