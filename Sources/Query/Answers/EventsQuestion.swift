internal import Compute
internal import SQLite

/// When samples were forgotten along the ladder from one variant to another.
public struct EventsQuestion: Sendable, Equatable {
  /// What a row is.
  public enum Rows: String, Sendable, CaseIterable {
    /// A variant, against the one before it.
    case rung
    /// A sample that was forgotten at least once.
    case sample
  }

  /// The variant that the ladder starts from.
  public var before: String
  /// The last variant.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// What a row is.
  public var rows = Rows.rung
  /// The seed of the bootstrap.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000

  /// A question about the ladder between two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension ReadOnlySession {
  /// Forgetting events, right to wrong between consecutive rungs, by rung or by sample.
  ///
  /// Events are those of Toneva et al. 2019, with rungs in place of epochs. By rung: accuracy, events and the reverse since the rung before, samples forgotten at least once
  /// so far, Chaudhry's forgetting max_{l<k} a_l − a_k (Chaudhry et al. 2018), and the backward
  /// transfer a_k − a_0 (Lopez-Paz & Ranzato 2017) with the 95 % interval of the bootstrap over
  /// subjects. By sample: how often it was forgotten, at which rung first, and right or wrong (1 or
  /// 0) rung by rung. Only samples that every rung answered count.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ, or no sample is common.
  public func events(_ question: EventsQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let rungs = try LadderRungs(from: before.name, to: after.name, in: self)
    let scope = try SampleScope(
      question.selection, task: before.task, models: rungs.names, in: self)
    let marks = rungs.names.indices.map { ":rung\($0)" }
    let statement = SQLStatement(
      """
      SELECT sample_id, subject, label, model, correct FROM predictions
      WHERE model IN (\(marks.joined(separator: ", ")))
        AND label IS NOT NULL\(scope.conditions())
      ORDER BY sample_id
      """,
      rungs.names.enumerated().map { .init("rung\($0.offset)", .text($0.element)) }
        + scope.parameters)
    var (histories, dropped) = try histories(statement, rungs: rungs.names)
    guard !histories.isEmpty else {
      throw QueryError.nothingFound(
        "no labelled sample has predictions of all of \(rungs.names.joined(separator: ", ")) over "
          + scope.name)
    }
    histories.sort { $0.sample < $1.sample }
    let table: Table
    switch question.rows {
    case .rung: table = question.byRung(histories, rungs: rungs.names, task: before.task, scope)
    case .sample: table = try question.bySample(histories, rungs: rungs.names, self)
    }
    let subjects = Set(histories.map(\.subject)).count
    var notes = [
      Notes.scope(scope, samples: histories.count, subjects: subjects),
      "the ladder: " + rungs.names.joined(separator: " → "),
    ]
    if dropped > 0 {
      notes.append("\(dropped) samples are left out: not every rung has answered them")
    }
    return Answer(table, notes: notes, statements: [rungs.statement, statement])
  }

  private func histories(
    _ statement: SQLStatement, rungs: [String]
  ) throws -> (whole: [SampleHistory], dropped: Int) {
    let place = Dictionary(
      rungs.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    var (whole, dropped): ([SampleHistory], Int) = ([], 0)
    var current: SampleHistory?
    func finish() {
      guard let last = current else { return }
      if last.isWhole { whole.append(last) } else { dropped += 1 }
    }
    try forEachRow(of: statement) { row in
      guard let sample = row[0].int, let rung = place[row[3].string ?? ""] else { return true }
      if current?.sample != sample {
        finish()
        current = SampleHistory(
          sample: sample, subject: row[1].string ?? "", label: row[2].string ?? "",
          rungs: rungs.count)
      }
      current?.right[rung] = row[4].int == 1
      return true
    }
    finish()
    return (whole, dropped)
  }
}
