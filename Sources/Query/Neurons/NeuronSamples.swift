internal import SQLite

/// The samples of a data set that a question about units chooses from.
struct NeuronSamples {
  let scope: SampleScope
  let dataset: Int64
  /// Ascending; ids stand at the same indices.
  private(set) var positions: [Int] = []
  private(set) var ids: [Int64] = []
  let statement: SQLStatement
  private var subjects = Set<String>()

  /// Selects samples; `sample` is left out.
  init(_ scope: SampleScope, except sample: Int64? = nil, in session: ReadOnlySession) throws {
    self.scope = scope
    dataset = try session.datasetID(scope.dataset)
    statement = SQLStatement(
      """
      SELECT sample_id, subject FROM samples
      WHERE TRUE\(scope.conditions())
      ORDER BY sample_id
      """, scope.parameters)
    let placed = SQLStatement(
      """
      SELECT s.position, s.id, c.subject FROM (
      \(statement.sql)
      ) c JOIN sample s ON s.id = c.sample_id ORDER BY s.position
      """, statement.parameters)
    try session.forEachRow(of: placed) { row in
      guard let position = row[0].int, let id = row[1].int, Int64(id) != sample else {
        return true
      }
      positions.append(position)
      ids.append(Int64(id))
      if let subject = row[2].string { subjects.insert(subject) }
      return true
    }
    guard !positions.isEmpty else {
      throw QueryError.nothingFound("no sample is selected over \(scope.name)")
    }
  }

  /// What was selected, in words.
  var note: String { Notes.scope(scope, samples: positions.count, subjects: subjects.count) }

  /// What a row says of a sample: sample_id, path, dataset, split, subject, label, predicted.
  static func card(of sample: Int64, model: NeuronLayer) -> SQLStatement {
    SQLStatement(
      """
      SELECT s.sample_id, s.path, s.dataset, s.split, s.subject,
             (SELECT l.label FROM labels l
              WHERE l.sample_id = s.sample_id AND l.task = :task) AS label,
             (SELECT p.predicted FROM predictions p
              WHERE p.sample_id = s.sample_id AND p.model = :model) AS predicted
      FROM samples s WHERE s.sample_id = :sample
      """,
      [
        .init("task", .text(model.task)), .init("model", .text(model.model)),
        .init("sample", .integer(sample)),
      ])
  }

  static let cardColumns = [
    "sample_id", "path", "dataset", "split", "subject", "label", "predicted",
  ]
}
