public import Warehouse

/// How alike the layers of a model and of others are, layer by layer.
public struct SimilarPlot: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The models that it is compared with.
  public var after: [String]
  /// The samples.
  public var selection = Selection()
  /// What describes a sample.
  public var features = SimilarityQuestion.Features.means
  /// The layers to compare; none: every layer that both models have.
  public var layers: [String] = []

  /// A plot of one model against others.
  public init(before: String, after: [String]) {
    self.before = before
    self.after = after
  }

  /// Asks for the similarities and draws them.
  ///
  /// - Parameters:
  ///   - session: A look at the warehouse.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: As `similarity`.
  public func plot(_ session: ReadOnlySession, of store: Store) throws -> Plot {
    let answers = try after.map { name in
      var question = SimilarityQuestion(before: before, after: name)
      question.selection = selection
      question.features = features
      question.layers = layers
      return try session.similarity(question, of: store)
    }
    let notes = answers.flatMap(\.notes).unique
    let tables = try answers.map { try session.table($0) }
    guard tables.contains(where: { $0["cka"].contains { !$0.isNull } }) else {
      throw QueryError.nothingFound("no similarity is defined: " + notes.joined(separator: "; "))
    }
    return Plot(
      figure: SimilarPlot.figure(tables, features: features, scope: notes.first ?? ""),
      notes: notes, statements: answers.flatMap(\.statements))
  }
}

extension SimilarPlot {
  /// The figure of rows of `similar`, one table a pair.
  static func figure(
    _ tables: [Table], features: SimilarityQuestion.Features, scope: String
  ) -> Figure {
    let pairs = tables.map { PlotRows($0).rows }.filter { !$0.isEmpty }
    let layers = pairs.flatMap { $0.map { $0.text("layer_before") } }.unique
    let before = pairs.first?.first?.text("before") ?? ""
    let series = pairs.enumerated().map { index, rows -> LineChart.Series in
      let name = rows.first?.text("after") ?? ""
      let points = layers.enumerated().map { place, layer -> LineChart.Point in
        let value = rows.first { $0.text("layer_before") == layer }?.number("cka")
        return LineChart.Point(
          x: Double(place), y: value,
          tooltip: "\(name), \(layer): CKA \(value.map(NumberFormat.decimals(3).text) ?? "–")")
      }
      return LineChart.Series(
        name: name, points: points, paint: SeriesPaint.of(index, among: pairs.count),
        marker: .series(index))
    }
    let values = series.flatMap(\.points).compactMap(\.y)
    let chart = LineChart(
      x: .names(layers), y: .linear([0, 1] + values), xTitle: "layer, from the input on",
      yTitle: "linear CKA", series: series)
    let means = features == .means ? "channel means" : "whole maps"
    let frame = ChartFrame(
      title: "Similarity of layers to those of \(before)", legend: series.map(\.legendEntry),
      caption: [
        Sentence.of(scope),
        "Unbiased linear CKA of \(means): 1 is the same up to rotation and scale, near 0 nothing "
          + "in common.",
      ])
    return frame.figure([.init(height: 360) { chart.marks(in: $0) }])
  }
}
