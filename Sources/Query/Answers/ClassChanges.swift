internal import Compute
internal import SQLite

extension ReadOnlySession {
  /// A row a class: how many of its samples were right before and after, and the change of its
  /// recall.
  ///
  /// `lo` and `hi` are the 95 % percentile interval of the bootstrap over subjects, `p` the sign-flip
  /// permutation over subjects, `p_holm` corrected over the classes.
  ///
  /// - Parameter question: What is asked; a control is not looked at.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or no sample is common.
  public func classChanges(_ question: FlipsQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let statement = SQLStatement(
      """
      SELECT label, subject, count(*) AS n, sum(outcome = 'retained') AS retained,
             sum(outcome = 'forgotten') AS forgotten, sum(outcome = 'gained') AS gained
      FROM transitions
      WHERE before = :before AND after = :after\(scope.conditions())
      GROUP BY label, subject ORDER BY label, subject
      """,
      [.init("before", .text(before.name)), .init("after", .text(after.name))] + scope.parameters)
    var classes: [String: [FlipCounts]] = [:]
    var subjects = Set<String>()
    try forEachRow(of: statement) { row in
      let n = row[2].int ?? 0
      var counts = FlipCounts()
      counts.retained = row[3].int ?? 0
      counts.forgotten = row[4].int ?? 0
      counts.gained = row[5].int ?? 0
      counts.missed = n - counts.retained - counts.forgotten - counts.gained
      classes[row[0].string ?? "", default: []].append(counts)
      subjects.insert(row[1].string ?? "")
      return true
    }
    guard !classes.isEmpty else {
      throw QueryError.nothingFound(
        "\(before.name) and \(after.name) have no labelled predictions in common over \(scope.name)"
      )
    }
    // In the order of the logits; labels that the model does not know come last.
    let known = before.classes.filter { classes[$0] != nil }
    let names = known + classes.keys.filter { !known.contains($0) }.sorted()
    let p = names.map { name in
      SignFlipTest.pValue(
        differences: (classes[name] ?? []).map { $0.gained - $0.forgotten },
        permutations: question.permutations, seed: question.seed)
    }
    let adjusted = Holm.adjust(p.map(Optional.some))
    let bootstrap = SubjectBootstrap(resamples: question.resamples, seed: question.seed)
    let rows = names.indices.map { index -> [Cell] in
      let counts = classes[names[index]] ?? []
      var all = FlipCounts()
      for part in counts { all += part }
      let n = Double(all.n)
      let interval = bootstrap.interval(
        ratioOf: counts.map { $0.gained - $0.forgotten }, to: counts.map(\.n))
      return [
        .text(before.name), .text(after.name), .text(before.task), .text(scope.dataset),
        .text(scope.split.rawValue), .text(names[index]), Cell(all.n), Cell(counts.count),
        .real(Double(all.retained + all.forgotten) / n),
        .real(Double(all.retained + all.gained) / n),
        .real(Double(all.gained - all.forgotten) / n), Cell(interval?.low), Cell(interval?.high),
        Cell(all.forgotten), Cell(all.gained), .real(p[index]), Cell(adjusted[index]),
      ]
    }
    let columns = [
      "before", "after", "task", "dataset", "split", "class", "n", "subjects", "recall_before",
      "recall_after", "delta", "lo", "hi", "forgotten", "gained", "p", "p_holm",
    ]
    let samples = classes.values.joined().reduce(0) { $0 + $1.n }
    return Answer(
      Table(columns: columns, rows: rows),
      notes: [Notes.scope(scope, samples: samples, subjects: subjects.count)],
      statements: [statement])
  }
}
