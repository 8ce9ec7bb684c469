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
    let statements = question.statements(scope)
    let counts = try unitCounts(statements)
    guard counts.forgotten + counts.retained > 0 else {
      throw QueryError.nothingFound(
        "nothing that \(before.name) knew is left to compare over \(scope.name)")
    }
    let units = counts.tables
    let samples = counts.forgotten + counts.retained
    let rows = AUQuestion.rows(units, samples: samples, showsPower: question.showsPower)
    let columns = AUQuestion.columns + (question.showsPower ? AUQuestion.powerColumns : [])
    let kept = "\(scope.name): \(counts.forgotten) forgotten, \(counts.retained) retained"
    return Answer(
      Table(columns: columns, rows: rows), notes: [kept] + AUQuestion.notes(units),
      statements: [statements.codings, statements.samples, statements.units])
  }

  /// Counts in one pass over samples and one over action units, both in the order in which they lie.
  private func unitCounts(_ statements: AUQuestion.Statements) throws -> UnitCounts {
    var codings: [Int: [Int]] = [:]
    try forEachRow(of: statements.codings) { row in
      codings[row[0].int ?? 0, default: []].append(row[1].int ?? 0)
      return true
    }
    var counts = UnitCounts(codings: codings)
    var last: (sample: Int, label: String, isForgotten: Bool, codings: [Int])?
    func add() {
      guard let last else { return }
      counts.add(
        sample: last.sample, label: last.label, isForgotten: last.isForgotten,
        codings: last.codings)
    }
    try forEachRow(of: statements.samples) { row in
      let sample = row[0].int ?? 0
      if last?.sample != sample {
        add()
        last = (sample, row[1].string ?? "", row[2].string == "forgotten", [])
      }
      if let coding = row[3].int { last?.codings.append(coding) }
      return true
    }
    add()
    var unit: (sample: Int, au: Int, state: Int)?
    try forEachRow(of: statements.units) { row in
      let (sample, au, state) = (row[0].int ?? 0, row[1].int ?? 0, row[2].int ?? 0)
      if let seen = unit, seen.sample == sample, seen.au == au {
        unit?.state = max(seen.state, state)
      } else {
        if let seen = unit { counts.add(seen.au, in: seen.state, of: seen.sample) }
        unit = (sample, au, state)
      }
      return true
    }
    if let unit { counts.add(unit.au, in: unit.state, of: unit.sample) }
    return counts
  }
}

extension AUQuestion {
  /// What the answer is counted from.
  fileprivate struct Statements {
    /// The action units that each coding looked for.
    let codings: SQLStatement
    /// Samples that were forgotten or retained, a row for each coding of them, or one without.
    let samples: SQLStatement
    /// The action units of samples, with their states, which `UnitCounts` explains.
    let units: SQLStatement
  }

  fileprivate func statements(_ scope: SampleScope) -> Statements {
    let state =
      minimumIntensity == nil
      ? "2" : "CASE WHEN a.intensity >= :least THEN 2 WHEN a.intensity IS NULL THEN 1 ELSE 0 END"
    return Statements(
      codings: SQLStatement("SELECT coding, au FROM coding_au ORDER BY coding, au"),
      samples: SQLStatement(
        """
        SELECT t.sample_id, t.label, t.outcome, c.coding
        FROM transitions t LEFT JOIN sample_coding c ON c.sample = t.sample_id
        WHERE t.before = :before AND t.after = :after
          AND t.outcome IN ('forgotten', 'retained')\(scope.conditions("t."))
        ORDER BY t.sample_id, c.coding
        """, parameters(scope)),
      units: SQLStatement(
        """
        SELECT a.sample_id, a.au, \(state) AS state FROM aus a
        WHERE a.sample_id IN (SELECT sample_id FROM samples WHERE true\(scope.conditions()))
        ORDER BY a.sample_id, a.au
        """,
        scope.parameters + (minimumIntensity.map { [.init("least", .real($0))] } ?? [])))
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
