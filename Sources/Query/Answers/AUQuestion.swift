internal import Compute
internal import SQLite

/// Which action units the forgotten samples share.
public struct AUQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// The least intensity that counts as present; nil for any.
  ///
  /// With one, an action unit that is present and was not graded is unknown.
  public var minimumIntensity: Double?
  /// Whether columns follow that tell how much the table could have found.
  public var showsPower = false

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }

  static let columns = [
    "au", "n_forgotten", "n_retained", "n_unknown", "share_forgotten", "share_retained",
    "odds_ratio", "cmh_odds_ratio", "lo", "hi", "p", "p_holm",
  ]
  static let powerColumns = ["strata", "strata_dropped", "detectable_odds_ratio"]
}

extension ReadOnlySession {
  /// A row for each action unit that was coded: its share among forgotten and retained samples, the
  /// plain odds ratio, and the Cochran–Mantel–Haenszel odds ratio stratified by true label.
  ///
  /// `n_forgotten` and `n_retained` count the samples for which the action unit was coded,
  /// `n_unknown` the forgotten and retained ones for which it was not. `lo` and `hi` are the 95 %
  /// interval of the common odds ratio, `p` its chi-square test without continuity correction,
  /// `p_holm` corrected over the action units. They take samples for independent.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or nothing was forgotten or
  ///   retained.
  public func actionUnits(_ question: AUQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let totals = question.totals(scope)
    var picked = (forgotten: 0, retained: 0)
    try forEachRow(of: totals) { row in
      let n = row[1].int ?? 0
      if row[0].string == "forgotten" { picked.forgotten = n } else { picked.retained = n }
      return true
    }
    guard picked.forgotten + picked.retained > 0 else {
      throw QueryError.nothingFound(
        "nothing that \(before.name) knew is left to compare over \(scope.name)")
    }
    let statement = question.counts(scope)
    var units: [(au: Int, strata: [CountTable])] = []
    try forEachRow(of: statement) { row in
      guard let au = row[0].int else { return true }
      if units.last?.au != au { units.append((au, [])) }
      let table = CountTable(
        casesWith: row[2].int ?? 0, casesWithout: row[3].int ?? 0, controlsWith: row[4].int ?? 0,
        controlsWithout: row[5].int ?? 0)
      units[units.count - 1].strata.append(table)
      return true
    }
    let samples = picked.forgotten + picked.retained
    let rows = AUQuestion.rows(units, samples: samples, showsPower: question.showsPower)
    let columns = AUQuestion.columns + (question.showsPower ? AUQuestion.powerColumns : [])
    let kept = "\(scope.name): \(picked.forgotten) forgotten, \(picked.retained) retained"
    return Answer(
      Table(columns: columns, rows: rows), notes: [kept] + AUQuestion.notes(units),
      statements: [totals, statement])
  }
}

extension AUQuestion {
  /// How many samples were forgotten and retained, whether coded or not.
  fileprivate func totals(_ scope: SampleScope) -> SQLStatement {
    SQLStatement(
      """
      SELECT outcome, count(*) AS n FROM transitions
      WHERE before = :before AND after = :after
        AND outcome IN ('forgotten', 'retained')\(scope.conditions())
      GROUP BY outcome
      """, parameters(scope))
  }

  /// A row for each action unit and true label, with the cells of its 2×2 table.
  ///
  /// A sample's action unit is in state 2 if it is present, 0 if it was looked for and not found,
  /// 1 if it was found but not graded where a grade is asked for, which leaves it unknown. Of
  /// several sources the highest state holds.
  fileprivate func counts(_ scope: SampleScope) -> SQLStatement {
    let present =
      minimumIntensity == nil
      ? "2" : "CASE WHEN a.intensity >= :least THEN 2 WHEN a.intensity IS NULL THEN 1 ELSE 0 END"
    return SQLStatement(
      """
      WITH picked AS MATERIALIZED (
        SELECT sample_id, label, outcome FROM transitions
        WHERE before = :before AND after = :after
          AND outcome IN ('forgotten', 'retained')\(scope.conditions())),
      seen AS (
        SELECT p.sample_id, p.label, p.outcome, c.au, 0 AS state
        FROM picked p JOIN au_coded c ON c.sample_id = p.sample_id
        UNION ALL
        SELECT p.sample_id, p.label, p.outcome, a.au, \(present)
        FROM picked p JOIN aus a ON a.sample_id = p.sample_id),
      known AS (
        SELECT au, label, outcome, max(state) AS state FROM seen GROUP BY sample_id, au)
      SELECT au, label,
             sum(outcome = 'forgotten' AND state = 2) AS forgotten_with,
             sum(outcome = 'forgotten' AND state = 0) AS forgotten_without,
             sum(outcome = 'retained' AND state = 2) AS retained_with,
             sum(outcome = 'retained' AND state = 0) AS retained_without
      FROM known GROUP BY au, label ORDER BY au, label
      """,
      parameters(scope) + (minimumIntensity.map { [.init("least", .real($0))] } ?? []))
  }

  private func parameters(_ scope: SampleScope) -> [SQLStatement.Parameter] {
    [.init("before", .text(before)), .init("after", .text(after))] + scope.parameters
  }

  fileprivate static func rows(
    _ units: [(au: Int, strata: [CountTable])], samples: Int, showsPower: Bool
  ) -> [[Cell]] {
    let analyses = units.map { MantelHaenszel($0.strata) }
    let adjusted = Holm.adjust(analyses.map(\.pValue))
    return units.indices.map { index in
      let analysis = analyses[index]
      let all = units[index].strata.reduce(into: CountTable()) { $0 += $1 }
      let row: [Cell] = [
        Cell(units[index].au), Cell(all.cases), Cell(all.controls), Cell(samples - all.n),
        Cell(share(all.casesWith, all.cases)), Cell(share(all.controlsWith, all.controls)),
        Cell(all.oddsRatio), Cell(analysis.oddsRatio),
        Cell(analysis.interval?.low), Cell(analysis.interval?.high),
        Cell(analysis.pValue), Cell(adjusted[index]),
      ]
      guard showsPower else { return row }
      return row + [
        Cell(analysis.strata), Cell(analysis.dropped), Cell(analysis.detectableOddsRatio()),
      ]
    }
  }

  private static func share(_ part: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }

  /// What the table could have found, and what was left out of it.
  fileprivate static func notes(_ units: [(au: Int, strata: [CountTable])]) -> [String] {
    if units.isEmpty { return ["no action unit is coded for these samples"] }
    let analyses = units.map { (au: $0.au, result: MantelHaenszel($0.strata)) }
    var notes = ["lo, hi and p take samples for independent: they describe these pictures"]
    let detectable = analyses.compactMap { item in
      item.result.detectableOddsRatio().map { (au: item.au, ratio: $0) }
    }
    if let best = detectable.min(by: { $0.ratio < $1.ratio }),
      let worst = detectable.max(by: { $0.ratio < $1.ratio })
    {
      notes.append(
        "smallest common odds ratio found with 80 % power at p < 0.05, before Holm: "
          + "\(NumberText.brief(best.ratio)) (AU\(best.au)) to "
          + "\(NumberText.brief(worst.ratio)) (AU\(worst.au))")
    }
    let dropped = analyses.filter { $0.result.dropped > 0 }
    if !dropped.isEmpty {
      let list = dropped.map { "AU\($0.au) \($0.result.dropped)" }.joined(separator: ", ")
      notes.append("labels dropped for an empty margin: \(list)")
    }
    return notes
  }
}
