/// What happened to the answer about a sample between two models.
public enum Outcome: String, Sendable, CaseIterable {
  /// Right before, right after.
  case retained
  /// Right before, wrong after.
  case forgotten
  /// Wrong before, right after.
  case gained
  /// Wrong before, wrong after.
  case missed
}

/// The samples that one model knew and another does not, or those of another outcome.
public struct ForgottenQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// Which samples: those of this outcome.
  public var outcome = Outcome.forgotten
  /// The samples.
  public var selection = Selection()

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension ReadOnlySession {
  /// A row a sample, the most confident answers before first.
  ///
  /// - Parameter question: What is asked.
  /// - Returns: A statement that yields the rows, and notes.
  /// - Throws: `QueryError` if a name is unknown or the tasks differ.
  public func forgotten(_ question: ForgottenQuestion) throws -> Answer {
    let (before, after) = try pair(question.before, question.after)
    let scope = try SampleScope(
      question.selection, task: before.task, models: [before.name, after.name], in: self)
    let statement = SQLStatement(
      """
      SELECT t.sample_id, s.path, t.dataset, t.split, t.subject, t.task, t.label,
             t.predicted_before, t.confidence_before, t.predicted_after, t.confidence_after,
             (SELECT group_concat(au, ';') FROM (
                SELECT DISTINCT au FROM aus WHERE sample_id = t.sample_id ORDER BY au)) AS aus
      FROM transitions t
      JOIN samples s ON s.sample_id = t.sample_id
      WHERE t.before = :before AND t.after = :after
        AND t.outcome = :outcome\(scope.conditions("t."))
      ORDER BY t.confidence_before DESC, t.sample_id
      """,
      [
        .init("before", .text(before.name)), .init("after", .text(after.name)),
        .init("outcome", .text(question.outcome.rawValue)),
      ] + scope.parameters)
    return Answer(statement, notes: [scope.name])
  }
}
