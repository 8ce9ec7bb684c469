internal import Raster
public import Warehouse

/// What linear probes still read from layers, before and after.
public struct ProbePlot: Sendable, Equatable {
  /// How it is drawn.
  public enum Style: String, Sendable, CaseIterable {
    /// Areas before and after along the layers, a chart a target.
    case curves
    /// Differences by target and layer as colours.
    case heat
  }

  /// What is asked.
  public var question: ProbeQuestion
  /// How; nil for curves up to twelve targets, else colours.
  public var style: Style?

  /// A plot of the answer to a question.
  public init(_ question: ProbeQuestion) { self.question = question }

  /// Asks for the probes and draws them.
  ///
  /// - Parameters:
  ///   - session: A look at the warehouse.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` as `probes`, and if no area is defined.
  public func plot(_ session: ReadOnlySession, of store: Store) throws -> Plot {
    let answer = try session.probes(question, of: store)
    let table = try session.table(answer)
    let scope = answer.notes.first ?? ""
    guard (table["value_before"] + table["value_after"]).contains(where: { !$0.isNull }) else {
      throw QueryError.nothingFound("\(scope): no area of a probe is defined")
    }
    return Plot(
      figure: ProbePlot.figure(table, style: style, scope: scope), notes: answer.notes,
      statements: answer.statements)
  }
}

extension ProbePlot {
  private static let columns = 3

  /// The figure of the rows of `probe`.
  static func figure(_ table: Table, style: Style?, scope: String) -> Figure {
    let rows = PlotRows(table).rows
    let targets = rows.map { $0.text("target") }.unique
    let before = rows.first?.text("before") ?? ""
    let after = rows.first?.text("after") ?? ""
    var frame = ChartFrame(
      title: "What linear probes read from the layers", subtitle: "\(before) → \(after)",
      caption: [Sentence.of(scope)])
    guard style.map({ $0 == .curves }) ?? (targets.count <= 12) else {
      let map = DeltaMap(
        rows: rows, name: { $0.text("target") }, title: "area, or accuracy of a whole task"
      ).heatMap
      frame.caption.append(
        "Red: less after than before. Dot: p < 0.05 after Holm, by swaps of whole subjects. Framed: "
          + "lost, the 95% interval lies below the margin. Struck out: not defined.")
      return frame.figure([
        .init(height: map.height(width: frame.innerWidth)) { map.marks(in: $0) }
      ])
    }
    let layers = rows.map { $0.text("layer") }.unique
    let values = rows.flatMap { [$0.number("value_before"), $0.number("value_after")] }
      .compactMap { $0 }
    let axis = Axis.linear(values + [0.5, 1], within: 0...1)
    let charts = targets.map { target in
      chart(rows.filter { $0.text("target") == target }, layers: layers, y: axis)
    }
    frame.legend = zip([before, after], legendStrokes).map { LegendEntry($0, .line($1.0, $1.1)) }
    frame.caption.append(
      "Area under the ROC curve of a linear probe on each layer, from the input on, dotted: chance; "
        + "of a whole task the mean recall of its classes. Band: before, plus the 95% interval of the "
        + "difference over subjects. Filled: the difference has p < 0.05 after Holm, by swaps of "
        + "whole subjects.")
    return frame.figure(grid(targets, charts))
  }

  private static let legendStrokes: [(Stroke, Marker?)] = [
    (Stroke(.series(0), width: 2), nil), (Stroke(.series(1), width: 2), .circle),
  ]

  private static func chart(_ rows: [PlotRows.Row], layers: [String], y: Axis) -> LineChart {
    let number = { (value: Double?) in value.map(NumberFormat.decimals(3).text) ?? "–" }
    let points = { (column: String, hasInterval: Bool) in
      layers.enumerated().map { index, layer -> LineChart.Point in
        let row = rows.first { $0.text("layer") == layer }
        let words = row.map { row in
          "\(row.text("target")), \(layer): \(row.text("measure")) \(number(row.number("value_before"))) → "
            + "\(number(row.number("value_after")))"
            + (row.text("verdict").isEmpty ? "" : ", \(row.text("verdict"))")
        }
        // The interval is the difference's, so it stands about the curve before.
        let end = { (column: String) -> Double? in
          guard hasInterval, let start = row?.number("value_before"),
            let change = row?.number(column)
          else { return nil }
          return min(1, max(0, start + change))
        }
        return LineChart.Point(
          x: Double(index), y: row?.number(column), low: end("lo"), high: end("hi"),
          tooltip: words ?? "", isHollow: (row?.number("p_holm") ?? 1) >= 0.05)
      }
    }
    return LineChart(
      x: .names(layers), y: y,
      series: [
        .init(
          name: "before", points: points("value_before", false), paint: .series(0),
          marker: nil),
        .init(
          name: "after", points: points("value_after", true), paint: .series(1), marker: .circle,
          interval: .band),
      ], reference: rows.first?.text("measure") == "auc" ? 0.5 : nil)
  }

  /// Charts in rows of three; the names of layers stand below the last ones alone.
  private static func grid(_ names: [String], _ charts: [LineChart]) -> [ChartFrame.Block] {
    let places = Array(zip(names, charts))
    return stride(from: 0, to: places.count, by: columns).map { start in
      let row = places[start..<min(start + columns, places.count)]
      return ChartFrame.Block(height: 200) { box in
        row.enumerated().flatMap { index, place -> [Mark] in
          let width = (box.width - Double(columns - 1) * 16) / Double(columns)
          let left = box.x + Double(index) * (width + 16)
          let part = Box(x: left, y: box.y, width: width, height: box.height)
          let heading = Label.centred(
            place.0, x: left, y: box.y + 8, size: 12, isBold: true, anchor: .start)
          return [.text(heading)] + place.1.marks(in: part.inset(top: 22))
        }
      }
    }
  }
}
