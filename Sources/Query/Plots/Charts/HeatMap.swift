internal import Raster

/// Values by row and column as colours, with the numbers in the cells where there is room.
struct HeatMap: Sendable {
  /// A value with what stands beside it.
  struct Cell: Sendable, Equatable {
    var value: Double
    /// Whether a dot stands in the corner, such as for what is significant.
    var hasDot = false
    /// Whether the cell is framed.
    var isFramed = false
    var tooltip: String
  }

  private static let labelSize = 11.5
  /// The sizes of numbers, the first that fits in every cell; if none does, no number is written.
  private static let numberSizes = [10.5, 9.5, 8.75]

  var rows: [String]
  var columns: [String]
  /// What stands below the name of each column where there is room, such as a count; none, or one
  /// a column.
  var columnNotes: [String] = []
  /// A row of cells for each row; nil where there is no value.
  var cells: [[Cell?]]
  var scale: ColourScale
  var format: NumberFormat
  /// What the colours mean, beside the bar.
  var scaleTitle: String
  var rowHeight = 24.0
  /// Whether the colours are explained below; one map of several with the same colours is enough.
  var hasColourBar = true
  /// Room for the names of rows, so that maps below each other are in line.
  var left = 0.0

  /// The room that the names of the rows need.
  var labelWidth: Double {
    (rows.map { TextMeasure.width($0, size: HeatMap.labelSize) }.max() ?? 0) + 10
  }

  /// The height of the rows, their columns' names and the colour bar, in a box of a width.
  func height(width: Double) -> Double {
    headHeight(width: width) + Double(rows.count) * rowHeight + (hasColourBar ? 46 : 6)
  }

  private func cellWidth(width: Double) -> Double {
    let area = width - max(labelWidth, left)
    let wide = min(area / Double(max(1, columns.count)), 84)
    guard widestColumn + 6 > wide else { return wide }
    // The last of the turned names reaches beyond its column.
    let beyond = max(0, widestColumn * 0.71 + 8 - wide / 2)
    return min((area - beyond) / Double(max(1, columns.count)), 84)
  }

  private var widestColumn: Double {
    columns.map { TextMeasure.width($0, size: HeatMap.labelSize) }.max() ?? 0
  }

  private func isTurned(width: Double) -> Bool { widestColumn + 6 > cellWidth(width: width) }

  private func headHeight(width: Double) -> Double {
    isTurned(width: width) ? widestColumn * 0.71 + 16 : columnNotes.isEmpty ? 22 : 36
  }

  /// The map in a box.
  func marks(in box: Box) -> [Mark] {
    let x = box.x + max(labelWidth, left)
    let y = box.y + headHeight(width: box.width)
    let width = cellWidth(width: box.width)
    var marks = columnNames(x: x, y: y, width: width, isTurned: isTurned(width: box.width))
    for (row, name) in rows.enumerated() {
      let middle = y + (Double(row) + 0.5) * rowHeight
      marks.append(
        .text(.centred(name, x: x - 8, y: middle, size: HeatMap.labelSize, anchor: .end)))
    }
    var frames: [Mark] = []
    let size = numberSize(width: width)
    for (row, line) in cells.enumerated() {
      for (column, cell) in line.enumerated() {
        let place = Box(
          x: x + Double(column) * width, y: y + Double(row) * rowHeight, width: width,
          height: rowHeight)
        marks.append(cell.map { mark($0, in: place, size: size) } ?? missing(in: place))
        if cell?.isFramed == true {
          let frame = place.inset(left: 1, top: 1, right: 1, bottom: 1)
          frames.append(.box(frame, fill: nil, stroke: Stroke(.ink, width: 2)))
        }
      }
    }
    let bottom = y + Double(rows.count) * rowHeight
    return marks + frames + (hasColourBar ? colourBar(x: x, y: bottom + 12) : [])
  }

  private func columnNames(x: Double, y: Double, width: Double, isTurned: Bool) -> [Mark] {
    let step = isTurned ? TurnedLabels.step(spacing: width, lineHeight: HeatMap.labelSize) : 1
    return Array(columns.enumerated()).every(step).flatMap { index, name -> [Mark] in
      let middle = x + (Double(index) + 0.5) * width
      let note = index < columnNotes.count ? columnNotes[index] : ""
      let raised = note.isEmpty || isTurned ? 7.0 : 21
      let label = Label(
        text: name,
        at: CanvasPoint(x: isTurned ? middle - 2 : middle, y: y - raised),
        size: HeatMap.labelSize, anchor: isTurned ? .start : .middle, degrees: isTurned ? -45 : 0)
      guard !note.isEmpty, !isTurned else { return [.text(label)] }
      let below = Label(
        text: note, at: CanvasPoint(x: middle, y: y - 7), size: 10.5, paint: .muted,
        anchor: .middle)
      return [.text(label), .text(below)]
    }
  }

  /// The size of all numbers; nil if some cell is too narrow, since a part of them would mislead.
  private func numberSize(width: Double) -> Double? {
    let texts = cells.joined().compactMap { $0.map { format.text($0.value) } }
    return HeatMap.numberSizes.first { size in
      texts.allSatisfy { TextMeasure.width($0, size: size) <= width - 3 }
    }
  }

  private func mark(_ cell: Cell, in place: Box, size: Double?) -> Mark {
    let colour = scale.colour(cell.value)
    let ink = Paint.fixed(ColourMap.text(on: colour))
    var marks: [Mark] = [.box(place, fill: .fixed(colour), stroke: Stroke(.paper))]
    if let size {
      let text = format.text(cell.value)
      marks.append(
        .text(.centred(text, x: place.middle.x, y: place.middle.y, size: size, paint: ink)))
    }
    if cell.hasDot {
      let corner = CanvasPoint(x: place.right - 4.5, y: place.y + 4.5)
      marks.append(.circle(corner, radius: 2, fill: ink))
    }
    return .group(marks, tooltip: cell.tooltip)
  }

  /// An empty cell with a stroke through it.
  private func missing(in place: Box) -> Mark {
    let inner = place.inset(left: 1, top: 1, right: 1, bottom: 1)
    let middle = inner.middle
    return .group(
      [
        .box(inner, fill: nil, stroke: Stroke(.faint)),
        .line(middle.x - 4, middle.y + 4, middle.x + 4, middle.y - 4, Stroke(.muted)),
      ], tooltip: "no value")
  }
}
