/// The odds ratios of action units in forgotten against retained samples.
public struct AUsPlot: Sendable, Equatable {
  /// What is asked.
  public var question: AUQuestion

  /// A plot of the answer to a question.
  public init(_ question: AUQuestion) { self.question = question }

  /// Asks for the action units and draws them.
  ///
  /// - Parameter session: A look at the warehouse.
  /// - Returns: The figure, with notes and statements.
  /// - Throws: `QueryError` as `actionUnits`, and if no action unit is coded.
  public func plot(_ session: ReadOnlySession) throws -> Plot {
    let answer = try session.actionUnits(question)
    let table = try session.table(answer)
    let scope = answer.notes.first ?? ""
    guard !table.rows.isEmpty else {
      throw QueryError.nothingFound("\(scope): no action unit is coded for these samples")
    }
    return Plot(
      figure: AUsPlot.figure(
        table, before: question.before, after: question.after, scope: scope),
      notes: answer.notes, statements: answer.statements)
  }
}

extension AUsPlot {
  /// The figure of the rows of `aus`.
  static func figure(_ table: Table, before: String, after: String, scope: String) -> Figure {
    let rows = PlotRows(table).rows
    let (share, ratio) = (NumberFormat.percent(0), NumberFormat.brief)
    let number = { (value: Double?, format: NumberFormat) in value.map(format.text) ?? "–" }
    let points = rows.map { row -> DotPlot.Point in
      let value = row.number("cmh_odds_ratio")
      let isSignificant = (row.number("p_holm") ?? 1) < 0.05
      return DotPlot.Point(
        value: value, low: row.number("lo"), high: row.number("hi"),
        tooltip:
          "\(ActionUnitNames.label(row.count("au"))): common odds ratio \(number(value, ratio))"
          + Interval95.text(row.number("lo"), row.number("hi"), ratio)
          + ", p after Holm \(number(row.number("p_holm"), .probability))",
        isHollow: !isSignificant)
    }
    let intervals = rows.map { row in
      guard let low = row.number("lo"), let high = row.number("hi") else {
        return number(row.number("cmh_odds_ratio"), ratio)
      }
      return "\(number(row.number("cmh_odds_ratio"), ratio)) "
        + "(\(ratio.text(low)) – \(ratio.text(high)))"
    }
    let chart = ForestPlot(
      rows: rows.map { "AU\($0.count("au"))" },
      xTitle: "odds ratio; right of 1: more often in what was forgotten", points: points,
      columns: [
        .init(
          title: "in forgotten", texts: rows.map { number($0.number("share_forgotten"), share) }),
        .init(title: "in retained", texts: rows.map { number($0.number("share_retained"), share) }),
        .init(title: "odds ratio (95%)", texts: intervals),
        .init(title: "p (Holm)", texts: rows.map { number($0.number("p_holm"), .probability) }),
      ])
    let frame = ChartFrame(
      title: "Action units of what was forgotten",
      subtitle: "\(before) → \(after)",
      caption: [
        Sentence.of(scope),
        "Common odds ratio of an action unit in forgotten against retained samples, stratified by "
          + "true label (Cochran–Mantel–Haenszel), with its 95% interval; samples are taken for "
          + "independent.",
        "Filled: p < 0.05 after Holm. An arrow: it goes on beyond the axis.",
      ])
    return frame.figure([.init(height: chart.height) { chart.marks(in: $0) }])
  }
}
