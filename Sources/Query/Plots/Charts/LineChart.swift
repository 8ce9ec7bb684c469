internal import Raster

/// Values along an axis: points that lines connect, with intervals.
struct LineChart: Sendable {
  /// A value with its interval.
  struct Point: Sendable, Equatable {
    var x: Double
    /// Nil where it is not defined: the line is broken there.
    var y: Double?
    var low: Double?
    var high: Double?
    var tooltip: String
    /// Drawn hollow, such as what is not significant.
    var isHollow = false
  }

  /// How the interval of a series is drawn.
  enum Interval: Sendable {
    case bars
    case band
  }

  /// Points that belong together.
  struct Series: Sendable {
    var name: String
    var points: [Point]
    var paint: Paint
    var marker: Marker?
    var dash: [Double] = []
    var width = 2.0
    var interval = Interval.bars
    /// Pixels to the right, so that the bars of several series stand side by side.
    var shift = 0.0

    func shifted(_ point: CanvasPoint) -> CanvasPoint {
      CanvasPoint(x: point.x + shift, y: point.y)
    }

    var stroke: Stroke { Stroke(paint, width: width, dash: dash) }
    var legendEntry: LegendEntry { LegendEntry(name, .line(stroke, marker)) }
  }

  var x: Axis
  var y: Axis
  var xTitle = ""
  var yTitle = ""
  var series: [Series]
  /// A height that is drawn through, such as chance.
  var reference: Double?
  /// Room for the labels left of the plot area, so that charts below each other are in line.
  var left = 0.0

  /// The chart in a box.
  func marks(in box: Box) -> [Mark] {
    var panel = Panel(x: x, y: y, xTitle: xTitle, yTitle: yTitle)
    panel.left = left
    panel.layOut(in: box)
    var marks = panel.marks()
    if let reference, y.contains(reference) {
      let at = panel.vertical(reference)
      marks.append(
        .line(panel.area.x, at, panel.area.right, at, Stroke(.muted, width: 1.25, dash: [2, 3])))
    }
    for item in series where item.interval == .band { marks += bands(item, panel) }
    for item in series { marks += lines(item, panel) }
    for item in series { marks += points(item, panel) }
    return marks
  }

  private func lines(_ item: Series, _ panel: Panel) -> [Mark] {
    runs(item).map { run in
      .line(run.map { item.shifted(panel.point($0.x, $0.y ?? 0)) }, item.stroke)
    }
  }

  /// The points between gaps.
  private func runs(_ item: Series) -> [[Point]] {
    item.points.split { $0.y == nil }.map(Array.init)
  }

  private func bands(_ item: Series, _ panel: Panel) -> [Mark] {
    runs(item).compactMap { run in
      let known = run.filter { $0.low != nil && $0.high != nil }
      guard known.count > 1 else { return nil }
      let upper = known.map { panel.point($0.x, $0.high ?? 0) }
      let lower = known.map { panel.point($0.x, $0.low ?? 0) }
      return .polygon(upper + lower.reversed(), fill: item.paint, opacity: 0.18)
    }
  }

  private func points(_ item: Series, _ panel: Panel) -> [Mark] {
    item.points.compactMap { point in
      guard let y = point.y else { return nil }
      let at = item.shifted(panel.point(point.x, y))
      var marks: [Mark] = []
      if item.interval == .bars, let low = point.low, let high = point.high {
        marks.append(
          .line(
            at.x, panel.vertical(low), at.x, panel.vertical(high), Stroke(item.paint, width: 1.5)))
      }
      // Without a marker a small dot is there for a pointer to rest on.
      marks.append(
        item.marker?.mark(at: at, item.paint, isHollow: point.isHollow)
          ?? .circle(at, radius: 1.5, fill: item.paint))
      return .group(marks, tooltip: point.tooltip)
    }
  }
}
