internal import Raster

/// A plot area with its two axes, and where values lie in it.
struct Panel {
  static let tickSize = 11.5
  static let titleSize = 12.0

  var x: Axis
  var y: Axis
  var xTitle = ""
  var yTitle = ""
  /// Whether grid lines stand at the ticks.
  var hasVerticalGrid = false
  var hasHorizontalGrid = true
  /// Room kept free beside the plot area.
  var right = 12.0
  /// At least so much room for what is written left of the plot area.
  var left = 0.0
  private(set) var area = Box(x: 0, y: 0, width: 0, height: 0)
  private var box = Box(x: 0, y: 0, width: 0, height: 0)
  private var isTurned = false

  init(x: Axis, y: Axis, xTitle: String = "", yTitle: String = "") {
    self.x = x
    self.y = y
    self.xTitle = xTitle
    self.yTitle = yTitle
  }

  /// The room that the labels of the vertical axis need.
  var labelWidth: Double {
    (y.ticks.map { TextMeasure.width($0.text, size: Panel.tickSize) }.max() ?? 0) + 10
  }

  /// The height of everything but the plot area, in a box of a width.
  func extraHeight(width: Double) -> Double {
    var panel = self
    panel.layOut(in: Box(x: 0, y: 0, width: width, height: 1_000))
    return 1_000 - panel.area.height
  }

  /// Decides where the plot area lies in a box.
  mutating func layOut(in box: Box) {
    self.box = box
    var inset = max(labelWidth, left)
    let widths = x.ticks.map { TextMeasure.width($0.text, size: Panel.tickSize) }
    var area = box.inset(left: inset, right: right)
    isTurned = overlaps(widths, in: area)
    if !isTurned, let last = x.ticks.last, let width = widths.last {
      // Half of the last label reaches beyond its tick.
      let beyond = width / 2 - (1 - x.fraction(last.value)) * area.width
      area = area.inset(right: max(0, beyond - right))
    }
    var bottom = x.ticks.isEmpty ? 0 : 22.0
    if isTurned {
      // Labels run up to their tick from the lower left, at 45°.
      if let first = x.ticks.first, let width = widths.first {
        let reach = width * 0.71 + 4 - x.fraction(first.value) * area.width
        inset = max(inset, reach)
        area = box.inset(left: inset, right: right)
      }
      bottom = (widths.max() ?? 0) * 0.71 + 18
      let spacing = area.width / Double(max(1, x.ticks.count))
      x.ticks = x.ticks.every(TurnedLabels.step(spacing: spacing, lineHeight: Panel.tickSize * 1.4))
    }
    if !xTitle.isEmpty { bottom += 20 }
    self.area = area.inset(top: yTitle.isEmpty ? 6 : 24, bottom: bottom)
  }

  private func overlaps(_ widths: [Double], in area: Box) -> Bool {
    let centres = x.ticks.map { x.fraction($0.value) * area.width }
    return zip(centres.indices, centres.indices.dropFirst()).contains { a, b in
      abs(centres[b] - centres[a]) < (widths[a] + widths[b]) / 2 + 8
    }
  }

  /// Where a pair of values lies; what is off an axis lies at its end.
  func point(_ xValue: Double, _ yValue: Double) -> CanvasPoint {
    CanvasPoint(x: horizontal(xValue), y: vertical(yValue))
  }

  func horizontal(_ value: Double) -> Double {
    area.x + min(max(x.fraction(value), 0), 1) * area.width
  }

  func vertical(_ value: Double) -> Double {
    area.bottom - min(max(y.fraction(value), 0), 1) * area.height
  }

  /// Grid, axes, tick labels and titles.
  func marks() -> [Mark] {
    var marks: [Mark] = []
    if hasHorizontalGrid {
      marks += y.ticks.map {
        .line(area.x, vertical($0.value), area.right, vertical($0.value), Stroke(.faint))
      }
    }
    if hasVerticalGrid {
      marks += x.ticks.map {
        .line(horizontal($0.value), area.y, horizontal($0.value), area.bottom, Stroke(.faint))
      }
    }
    marks.append(.line(area.x, area.bottom, area.right, area.bottom, Stroke(.muted)))
    marks += y.ticks.map {
      .text(
        .centred(
          $0.text, x: area.x - 8, y: vertical($0.value), size: Panel.tickSize, anchor: .end))
    }
    for tick in x.ticks {
      let at = horizontal(tick.value)
      marks.append(.line(at, area.bottom, at, area.bottom + 4, Stroke(.muted)))
      let point = CanvasPoint(x: isTurned ? at + 3 : at, y: area.bottom + (isTurned ? 14 : 17))
      marks.append(
        .text(
          Label(
            text: tick.text, at: point, size: Panel.tickSize, anchor: isTurned ? .end : .middle,
            degrees: isTurned ? -45 : 0)))
    }
    return marks + titles
  }

  private var titles: [Mark] {
    var marks: [Mark] = []
    if !yTitle.isEmpty {
      let point = CanvasPoint(x: area.x - labelWidth + 2, y: area.y - 13)
      marks.append(
        .text(Label(text: yTitle, at: point, size: Panel.titleSize, paint: .muted)))
    }
    if !xTitle.isEmpty {
      let widest = x.ticks.map { TextMeasure.width($0.text, size: Panel.tickSize) }.max() ?? 0
      let below = isTurned ? widest * 0.71 + 18 : 22
      let half = TextMeasure.width(xTitle, size: Panel.titleSize) / 2
      let middle = max(min(area.middle.x, box.right - half), box.x + half)
      let point = CanvasPoint(x: middle, y: area.bottom + below + 14)
      marks.append(
        .text(
          Label(text: xTitle, at: point, size: Panel.titleSize, paint: .muted, anchor: .middle)))
    }
    return marks
  }
}
