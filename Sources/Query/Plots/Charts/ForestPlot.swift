internal import Raster

/// Ratios with their intervals on a logarithmic axis, with numbers beside them.
struct ForestPlot: Sendable {
  /// Texts beside the rows, under a title.
  struct Column: Sendable, Equatable {
    var title: String
    var texts: [String]

    var width: Double {
      ([title] + texts).map { TextMeasure.width($0, size: Panel.tickSize) }.max() ?? 0
    }
  }

  private static let gap = 16.0

  var rows: [String]
  var xTitle: String
  /// What each row shows: 1 is no effect.
  var points: [DotPlot.Point]
  var columns: [Column]
  /// How far the axis may go; what is beyond gets an arrow.
  var bounds: ClosedRange<Double> = 0.01...100
  var paint = Paint.series(0)

  private var plot: DotPlot {
    let values = points.flatMap { [$0.value, $0.low, $0.high].compactMap { $0 } }
    var plot = DotPlot(
      rows: rows, x: .logarithmic(values + [0.5, 2], within: bounds), xTitle: xTitle,
      series: [.init(name: "", points: points, paint: paint, marker: .square)], reference: 1)
    plot.right = columns.reduce(ForestPlot.gap) { $0 + $1.width + ForestPlot.gap }
    return plot
  }

  /// The height that the titles of the columns, the rows and the axis need.
  var height: Double { plot.height + 18 }

  /// The plot in a box.
  func marks(in box: Box) -> [Mark] {
    let (panel, drawn) = plot.laidOut(in: box.inset(top: 18))
    var marks = drawn
    var right = box.right
    for column in columns.reversed() {
      marks.append(
        .text(
          .centred(
            column.title, x: right, y: panel.area.y - 12, size: Panel.tickSize, paint: .muted,
            anchor: .end)))
      for (row, text) in column.texts.enumerated() {
        marks.append(
          .text(
            .centred(
              text, x: right, y: panel.vertical(Double(row)), size: Panel.tickSize, anchor: .end)))
      }
      right -= column.width + ForestPlot.gap
    }
    return marks
  }
}
