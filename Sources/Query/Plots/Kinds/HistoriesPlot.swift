/// How training went, epoch by epoch.
public struct HistoriesPlot: Sendable, Equatable {
  /// The models; none for all of them.
  public var models: [String]

  /// A plot of the histories of some models, or of all.
  public init(models: [String] = []) { self.models = models }

  /// Asks for the epochs and draws loss and accuracy, a part a task.
  ///
  /// - Parameter session: A look at the warehouse.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` if no epoch of the models is recorded.
  public func plot(_ session: ReadOnlySession) throws -> Plot {
    let cards: [ModelCard] = try session.models([])
    let answers =
      try models.isEmpty
      ? [session.epochs()] : models.unique.map { try session.epochs(of: $0) }
    let tables = try answers.map { try session.table($0) }
    let rows = tables.flatMap { PlotRows($0).rows }
    let found = rows.map { $0.text("model") }.unique
    let missing = models.filter { !found.contains($0) }
    guard !rows.isEmpty else {
      throw QueryError.nothingFound(
        models.isEmpty
          ? "no training is recorded"
          : "no training of \(models.joined(separator: ", ")) is recorded")
    }
    // In the order in which models were added; one that is in training has no card yet.
    let known = cards.filter { found.contains($0.name) }.map {
      (name: $0.name, heading: "Task \($0.task)")
    }
    let others = found.filter { name in !cards.contains { $0.name == name } }
      .map { (name: $0, heading: "In training") }
    return Plot(
      figure: HistoriesPlot.figure(rows, models: known + others),
      notes: missing.isEmpty
        ? [] : ["no training is recorded of \(missing.joined(separator: ", "))"],
      statements: answers.flatMap(\.statements))
  }
}

extension HistoriesPlot {
  /// The figure of rows of the view `epochs`; each model with the heading that it stands under.
  static func figure(_ rows: [PlotRows.Row], models: [(name: String, heading: String)]) -> Figure {
    let frame = ChartFrame(
      title: "Training histories",
      legend: [
        LegendEntry("validation", .line(Stroke(.ink, width: 2), nil)),
        LegendEntry("training", .line(Stroke(.ink, width: 1.25, dash: [4, 3]), nil)),
      ],
      caption: [
        "Mean cross-entropy and share of right answers of each epoch, on what the network is trained "
          + "on and on the split that training is watched by."
      ])
    let blocks = models.map(\.heading).unique.map { heading -> ChartFrame.Block in
      let names = models.filter { $0.heading == heading }.map(\.name)
      let loss = chart("loss", "loss", rows, names, isShare: false)
      let accuracy = chart("accuracy", "accuracy", rows, names, isShare: true)
      let legend = names.enumerated().map { index, name in
        LegendEntry(
          name, .line(Stroke(SeriesPaint.of(index, among: names.count), width: 2), nil))
      }
      return ChartFrame.Block(heading, legend: legend, height: 240) { box in
        let half = (box.width - 20) / 2
        return loss.marks(in: Box(x: box.x, y: box.y, width: half, height: box.height))
          + accuracy.marks(
            in: Box(x: box.right - half, y: box.y, width: half, height: box.height))
      }
    }
    return frame.figure(blocks)
  }

  private static func chart(
    _ column: String, _ title: String, _ rows: [PlotRows.Row], _ names: [String], isShare: Bool
  ) -> LineChart {
    let format = isShare ? NumberFormat.percent(1) : .decimals(3)
    let series = names.enumerated().flatMap { index, name in
      [("train", "training"), ("val", "validation")].map { split, words -> LineChart.Series in
        let points = rows.filter { $0.text("model") == name && $0.text("split") == split }.map {
          row -> LineChart.Point in
          let value = row.number(column)
          return LineChart.Point(
            x: Double(row.count("epoch")), y: value,
            tooltip: "\(name), epoch \(row.count("epoch")), \(words): \(title) "
              + (value.map(format.text) ?? "–"))
        }
        let isTraining = split == "train"
        return LineChart.Series(
          name: "\(name), \(words)", points: points,
          paint: SeriesPaint.of(index, among: names.count), marker: nil,
          dash: isTraining ? [4, 3] : [], width: isTraining ? 1.25 : 2)
      }
    }
    let points = series.flatMap(\.points)
    let values = points.compactMap(\.y)
    return LineChart(
      x: .whole(points.map(\.x)),
      y: isShare ? .linear(values + [1], within: 0...1, isPercent: true) : .linear([0] + values),
      xTitle: "epoch", yTitle: title, series: series)
  }
}
