internal import Compute
internal import SQLite

extension FlipsQuestion {
  static let controlColumns = [
    "control", "n_common", "nfr_control", "nfr_minus_control", "nfr_minus_control_lo",
    "nfr_minus_control_hi", "p_minus_control",
  ]
}

extension ReadOnlySession {
  /// The negative flip rate minus that of the control, paired by sample and resampled by subject.
  func control(_ name: String, of question: FlipsQuestion, scope: SampleScope) throws
    -> (cells: [Cell], statement: SQLStatement)
  {
    let (before, control) = try pair(question.before, name)
    let statement = SQLStatement(
      """
      SELECT t.subject, count(*) AS n, sum(t.outcome = 'forgotten') AS forgotten,
             sum(c.outcome = 'forgotten') AS forgotten_control
      FROM transitions t
      JOIN transitions c ON c.sample_id = t.sample_id
      WHERE t.before = :before AND t.after = :after
        AND c.before = :before AND c.after = :control\(scope.conditions("t."))
      GROUP BY t.subject ORDER BY t.subject
      """,
      [
        .init("before", .text(before.name)), .init("after", .text(question.after)),
        .init("control", .text(control.name)),
      ] + scope.parameters)
    var (n, after, alone): ([Int], [Int], [Int]) = ([], [], [])
    try forEachRow(of: statement) { row in
      n.append(row[1].int ?? 0)
      after.append(row[2].int ?? 0)
      alone.append(row[3].int ?? 0)
      return true
    }
    let total = n.reduce(0, +)
    guard total > 0 else {
      throw QueryError.nothingFound(
        "the control \(name) has no predictions in common with the others over \(scope.name)")
    }
    let differences = zip(after, alone).map { $0 - $1 }
    let interval = SubjectBootstrap(resamples: question.resamples, seed: question.seed)
      .interval(ratioOf: differences, to: n)
    let p = SignFlipTest.pValue(
      differences: differences, permutations: question.permutations, seed: question.seed)
    let cells: [Cell] = [
      .text(control.name), Cell(total),
      .real(Double(alone.reduce(0, +)) / Double(total)),
      .real(Double(differences.reduce(0, +)) / Double(total)),
      Cell(interval?.low), Cell(interval?.high), .real(p),
    ]
    return (cells, statement)
  }

  /// The model whose head alone was retrained, if the warehouse has it for this pair.
  func headControl(of before: ModelCard, _ after: ModelCard) throws -> String? {
    // Repetitions of a ladder are named NAME.s2, NAME.s3, …
    let repetition = after.name.split(separator: ".").last.map(String.init)
    let isRepetition = repetition.map { $0.hasPrefix("s") && Int($0.dropFirst()) != nil } ?? false
    let suffix = isRepetition ? "." + (repetition ?? "") : ""
    let name = "emotion-after-pain-fc" + suffix
    guard name != after.name, name != before.name,
      try models().contains(where: { $0.name == name && $0.task == after.task })
    else { return nil }
    return name
  }

  /// A hint at that model.
  func controlHint(_ before: ModelCard, _ after: ModelCard) throws -> String? {
    try headControl(of: before, after).map { name in
      "\(name) retrained the head alone: --control \(name) prints these flips minus its own"
    }
  }
}
