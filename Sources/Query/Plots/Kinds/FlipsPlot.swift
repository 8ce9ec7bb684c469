/// What was forgotten and gained from one model to each of several others, such as a ladder.
public struct FlipsPlot: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The models after, in the order of the axis; none for all of the same task.
  public var after: [String] = []
  /// The samples.
  public var selection = Selection()
  /// The seed of the bootstrap.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000

  /// A plot from a model to those of its task.
  public init(before: String) { self.before = before }

  /// Asks for the flips and draws them.
  ///
  /// - Parameter session: A look at the warehouse.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` if a name is unknown, tasks differ, or nothing can be compared.
  public func plot(_ session: ReadOnlySession) throws -> Plot {
    var answers: [Answer] = []
    var notes: [String] = []
    for name in try variants(session) {
      var question = FlipsQuestion(before: before, after: name)
      question.selection = selection
      question.seed = seed
      question.resamples = resamples
      // The plot shows no test.
      question.permutations = 1
      do {
        answers.append(try session.flips(question))
      } catch let error as QueryError where error.kind == .nothingFound && after.isEmpty {
        notes.append(error.description)
      }
    }
    guard let scope = answers.first?.notes.first else {
      throw QueryError.nothingFound(
        notes.isEmpty
          ? "there is no model to compare \(before) with" : notes.joined(separator: "\n"))
    }
    let tables = try answers.map { try session.table($0) }
    return Plot(
      figure: FlipsPlot.figure(tables, scope: scope), notes: [scope] + notes,
      statements: answers.flatMap(\.statements))
  }

  private func variants(_ session: ReadOnlySession) throws -> [String] {
    guard after.isEmpty else { return after }
    let base = try session.models([before])[0]
    let repetition = Repetition.suffix(of: before)
    return try session.models()
      .filter {
        $0.task == base.task && $0.name != before && Repetition.suffix(of: $0.name) == repetition
      }.map(\.name)
  }
}

extension FlipsPlot {
  /// The figure of rows of `flips`, one table a model after.
  static func figure(_ tables: [Table], scope: String) -> Figure {
    let rows = tables.flatMap { PlotRows($0).rows }
    let before = rows.first?.text("before") ?? ""
    let short = ShortNames(rows.map { $0.text("after") })
    let share = NumberFormat.percent(1)
    let forgotten = rows.enumerated().map { index, row in
      let counts = "\(row.count("forgotten")) of \(row.count("n"))"
      return LineChart.Point(
        x: Double(index), y: row.number("nfr"), low: row.number("nfr_lo"),
        high: row.number("nfr_hi"),
        tooltip: "\(row.text("after")): forgotten \(share.text(row.number("nfr") ?? 0)), \(counts)"
          + Interval95.text(row.number("nfr_lo"), row.number("nfr_hi"), share))
    }
    let gained = rows.enumerated().map { index, row in
      LineChart.Point(
        x: Double(index), y: row.number("pfr"),
        tooltip: "\(row.text("after")): gained \(share.text(row.number("pfr") ?? 0)), "
          + "\(row.count("gained")) of \(row.count("n"))")
    }
    let chance = rows.enumerated().map { index, row in
      LineChart.Point(
        x: Double(index), y: row.number("nfr_chance"),
        tooltip: "\(row.text("after")): independent errors would forget "
          + share.text(row.number("nfr_chance") ?? 0))
    }
    let series = [
      LineChart.Series(name: "forgotten", points: forgotten, paint: .series(1), marker: .circle),
      LineChart.Series(
        name: "gained", points: gained, paint: .series(0), marker: .square, shift: 6),
      LineChart.Series(
        name: "forgotten by chance", points: chance, paint: .muted, marker: nil, dash: [4, 4],
        width: 1.5),
    ]
    let values = series.flatMap(\.points).flatMap { [$0.y, $0.high].compactMap { $0 } }
    let chart = LineChart(
      x: .names(short.names), y: .linear([0] + values, within: 0...1, isPercent: true),
      xTitle: short.common.isEmpty ? "variant after" : "variant after: \(short.common)…",
      yTitle: "share of samples", series: series)
    let frame = ChartFrame(
      title: "Forgotten and gained since \(before)", legend: series.map(\.legendEntry),
      caption: [
        Sentence.of(scope), "Forgotten: right before, wrong after; gained: the reverse.",
        "Bars: 95% interval by bootstrap over subjects.",
        "By chance: what independent errors of both variants would give.",
      ])
    return frame.figure([.init(height: 320) { chart.marks(in: $0) }])
  }
}
