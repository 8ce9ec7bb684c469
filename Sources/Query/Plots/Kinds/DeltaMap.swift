/// Differences between two models by row and layer, as a heat map: what concepts and probes share.
struct DeltaMap {
  /// Rows of an answer with the columns layer, value_before, value_after, delta, lo, hi and p_holm.
  let rows: [PlotRows.Row]
  /// The column whose values are the rows of the map.
  let name: (PlotRows.Row) -> String
  /// What the values are called.
  let title: String
  /// How a row is named in full, in tooltips; its name unless another is given.
  var fullName: ((PlotRows.Row) -> String)?

  var layers: [String] { rows.map { $0.text("layer") }.unique }
  var names: [String] { rows.map(name).unique }

  /// The map: red for losses, a dot for p < 0.05 after Holm, a frame for what was lost.
  var heatMap: HeatMap {
    var cells: [String: HeatMap.Cell] = [:]
    for row in rows {
      guard let delta = row.number("delta") else { continue }
      cells[name(row) + "\n" + row.text("layer")] = HeatMap.Cell(
        value: delta, hasDot: (row.number("p_holm") ?? 1) < 0.05,
        isFramed: ["forgotten", "lost"].contains(row.text("verdict")), tooltip: tooltip(row))
    }
    return HeatMap(
      rows: names, columns: layers,
      cells: names.map { name in layers.map { cells[name + "\n" + $0] } },
      scale: .signed(limit: limit), format: .narrow(2),
      scaleTitle: "Δ \(title), after − before",
      rowHeight: 22)
  }

  /// A round number that no difference is beyond.
  private var limit: Double {
    let largest = rows.compactMap { $0.number("delta").map(abs) }.filter(\.isFinite).max() ?? 0
    let step = Axis.niceStep(largest / 4)
    return max(0.05, (largest / step - 1e-9).rounded(.up) * step)
  }

  private func tooltip(_ row: PlotRows.Row) -> String {
    let number = { (value: Double?) in value.map(NumberFormat.decimals(3).text) ?? "–" }
    let p = row.number("p_holm").map { ", p after Holm " + NumberFormat.probability.text($0) } ?? ""
    let verdict = row.text("verdict")
    return
      "\((fullName ?? name)(row)), \(row.text("layer")): \(row.text("measure")) \(number(row.number("value_before"))) → "
      + "\(number(row.number("value_after"))), Δ \(number(row.number("delta")))"
      + Interval95.text(row.number("lo"), row.number("hi"), .decimals(3)) + p
      + (verdict.isEmpty ? "" : ", \(verdict)")
  }
}
