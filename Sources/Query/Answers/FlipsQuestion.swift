internal import Compute
internal import SQLite

/// How the answers of one model turned into those of another over the same samples.
public struct FlipsQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// A model whose flips from `before` are subtracted, such as the retrained head alone.
  public var control: String?
  /// The seed of bootstrap and permutations.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Sign patterns over subjects, where they cannot all be counted.
  public var permutations = 20_000

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension ReadOnlySession {
  /// One row: the 2×2 counts, flip rates, tests and the interval of the negative flip rate.
  ///
  /// `p_permutation` flips the sign of forgotten − gained of each subject; `nfr_lo` and `nfr_hi` are
  /// the 95 % percentile interval of the bootstrap over subjects. With a control, columns follow that
  /// give its negative flip rate and the difference, over the samples that all three models saw.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The row, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or no sample is common.
  public func flips(_ question: FlipsQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let statement = SQLStatement(
      """
      SELECT subject, outcome, count(*) AS n, sum(predicted_before <> predicted_after) AS changed
      FROM transitions
      WHERE before = :before AND after = :after\(scope.conditions())
      GROUP BY subject, outcome ORDER BY subject, outcome
      """,
      [.init("before", .text(before.name)), .init("after", .text(after.name))] + scope.parameters)
    let subjects = try flipCounts(statement)
    guard !subjects.isEmpty else {
      throw QueryError.nothingFound(
        "\(before.name) and \(after.name) have no labelled predictions in common over \(scope.name)"
      )
    }
    var table = Table(columns: FlipsQuestion.columns)
    table.rows = [question.row(subjects, task: before.task, scope: scope)]
    var notes = [
      Notes.scope(scope, samples: subjects.reduce(0) { $0 + $1.n }, subjects: subjects.count)
    ]
    var statements = [statement]
    if let control = question.control {
      let part = try self.control(control, of: question, scope: scope)
      table.columns += FlipsQuestion.controlColumns
      table.rows[0] += part.cells
      statements.append(part.statement)
    } else if let hint = try controlHint(before, after) {
      notes.append(hint)
    }
    return Answer(table, notes: notes, statements: statements)
  }

  private func flipCounts(_ statement: SQLStatement) throws -> [FlipCounts] {
    var subjects: [FlipCounts] = []
    var last: String?
    try forEachRow(of: statement) { row in
      let subject = row[0].string
      if subjects.isEmpty || subject != last { subjects.append(FlipCounts()) }
      last = subject
      let n = row[2].int ?? 0
      var counts = FlipCounts(changed: row[3].int ?? 0)
      switch row[1].string {
      case "retained": counts.retained = n
      case "forgotten": counts.forgotten = n
      case "gained": counts.gained = n
      default: counts.missed = n
      }
      subjects[subjects.count - 1] += counts
      return true
    }
    return subjects
  }
}

extension FlipsQuestion {
  static let columns = [
    "before", "after", "task", "dataset", "split", "n", "retained", "forgotten", "gained", "missed",
    "nfr", "pfr", "churn", "nfr_chance", "mcnemar_midp", "p_permutation", "nfr_lo", "nfr_hi",
    "seed",
  ]

  fileprivate func row(_ subjects: [FlipCounts], task: String, scope: SampleScope) -> [Cell] {
    var all = FlipCounts()
    for counts in subjects { all += counts }
    let interval = SubjectBootstrap(resamples: resamples, seed: seed)
      .interval(ratioOf: subjects.map(\.forgotten), to: subjects.map(\.n))
    let p = SignFlipTest.pValue(
      differences: subjects.map { $0.forgotten - $0.gained }, permutations: permutations, seed: seed
    )
    return [
      .text(before), .text(after), .text(task), .text(scope.dataset), .text(scope.split.rawValue),
      Cell(all.n), Cell(all.retained), Cell(all.forgotten), Cell(all.gained), Cell(all.missed),
      Cell(all.negativeFlipRate), Cell(all.positiveFlipRate), Cell(all.churn),
      Cell(all.chanceNegativeFlipRate), .real(McNemar.midP(all.forgotten, all.gained)), .real(p),
      Cell(interval?.low), Cell(interval?.high), .integer(Int64(bitPattern: seed)),
    ]
  }
}
