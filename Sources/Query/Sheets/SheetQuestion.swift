public import Warehouse

/// A contact sheet: pictures with where the relevance lay before and after.
public struct SheetQuestion: Sendable, Equatable {
  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The samples.
  public var selection = Selection()
  /// Samples of this outcome; nil for all.
  public var outcome: Outcome? = .forgotten
  /// A SQL expression by which rows are sorted, over sample_id, path, subject, label, outcome,
  /// predicted_before, confidence_before, predicted_after, confidence_after and aus; nil: the surest
  /// before first.
  public var order: String?
  /// The most rows.
  public var rows = 24
  /// How relevance is propagated, and of what.
  public var method = RelevanceQuestion().method
  /// Pixels a unit: 2 for a retina screen.
  public var scale = 1
  /// Threads to use; they do not change a bit.
  public var threads = 1

  /// A sheet of two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

/// A row of a contact sheet.
struct SheetRow {
  let sample: HeatMaps.Sample
  let predictedAfter: String?
  let subject: String
  let path: String
  let label: String
  let outcome: String
  let confidenceBefore: Double
  let confidenceAfter: Double
  let aus: [Int]
}

extension ReadOnlySession {
  /// The rows of a sheet, in its order, and how many samples there are in all.
  func rows(of question: SheetQuestion, _ scope: SampleScope) throws -> (rows: [SheetRow], all: Int)
  {
    let condition = question.outcome.map { "\n  AND t.outcome = '\($0.rawValue)'" } ?? ""
    let statement = SQLStatement(
      """
      WITH chosen AS (
      SELECT t.sample_id, p.position, s.path, t.subject, t.label, t.outcome,
             t.predicted_before, b.confidence AS confidence_before, t.predicted_after,
             a.confidence AS confidence_after,
             (SELECT group_concat(au, ';') FROM (
                SELECT DISTINCT au FROM aus WHERE sample_id = t.sample_id ORDER BY au)) AS aus
      FROM transitions t
      JOIN samples s ON s.sample_id = t.sample_id
      JOIN sample p ON p.id = t.sample_id
      JOIN predictions b ON b.model = t.before AND b.sample_id = t.sample_id
      JOIN predictions a ON a.model = t.after AND a.sample_id = t.sample_id
      WHERE t.before = :before AND t.after = :after\(condition)\(scope.conditions("t.")))
      SELECT * FROM chosen
      ORDER BY \(question.order ?? "confidence_before DESC"), sample_id
      """,
      [.init("before", .text(question.before)), .init("after", .text(question.after))]
        + scope.parameters)
    let all = try table(statement).named
    let rows = all.prefix(question.rows).map { row in
      SheetRow(
        sample: HeatMaps.Sample(
          id: Int64(row.count("sample_id")), position: row.count("position"),
          label: row.text("label"), predicted: row.text("predicted_before")),
        predictedAfter: row.text("predicted_after"), subject: row.text("subject"),
        path: row.text("path"), label: row.text("label"), outcome: row.text("outcome"),
        confidenceBefore: row.number("confidence_before") ?? 0,
        confidenceAfter: row.number("confidence_after") ?? 0,
        aus: row.text("aus").split(separator: ";").compactMap { Int($0) })
    }
    return (Array(rows), all.count)
  }
}
