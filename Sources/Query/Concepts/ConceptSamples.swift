internal import SQLite

/// The samples that concepts are fitted and evaluated on, and what was coded of them.
///
/// Its rows, train and evaluated samples by position, number the samples everywhere.
struct ConceptSamples {
  struct Sample: Sendable, Equatable {
    let id: Int64
    let position: Int
    let subject: String
    let isTrain: Bool
    let isEvaluated: Bool
  }

  /// Ascending by position.
  let samples: [Sample]
  /// Rows that were coded for an action unit that was not found, by its number.
  private let absent: [Int: Set<Int>]
  private let rows: [Int64: Int]

  var positions: [Int] { samples.map(\.position) }
  var trainRows: [Int] { samples.indices.filter { samples[$0].isTrain } }
  var evaluatedRows: [Int] { samples.indices.filter { samples[$0].isEvaluated } }
  /// How many people the evaluated samples are of.
  var subjects: Int { Set(evaluatedRows.map { samples[$0].subject }).count }

  /// The samples of the train split and of the evaluated one.
  static func statement(_ scope: SampleScope) -> SQLStatement {
    SQLStatement(
      """
      SELECT s.id, s.position, s.subject, s.split = 'train', s.split = :split
      FROM sample s JOIN dataset d ON d.id = s.dataset
      WHERE d.name = :dataset AND s.split IN ('train', :split)
      ORDER BY s.position
      """, scope.parameters)
  }

  /// Action units that were coded and not found, by sample.
  static func absences(_ scope: SampleScope) -> SQLStatement {
    SQLStatement(
      """
      SELECT DISTINCT c.au, c.sample_id FROM samples s JOIN au_coded c ON c.sample_id = s.sample_id
      WHERE s.dataset = :dataset AND s.split IN ('train', :split)
        AND NOT EXISTS (SELECT 1 FROM aus a WHERE a.sample_id = c.sample_id AND a.au = c.au)
      """, scope.parameters)
  }

  init(_ scope: SampleScope, in session: ReadOnlySession) throws {
    var samples: [Sample] = []
    var rows: [Int64: Int] = [:]
    try session.forEachRow(of: ConceptSamples.statement(scope)) { row in
      guard let id = row[0].int, let position = row[1].int, let subject = row[2].string else {
        return true
      }
      rows[Int64(id)] = samples.count
      samples.append(
        Sample(
          id: Int64(id), position: position, subject: subject, isTrain: row[3].int == 1,
          isEvaluated: row[4].int == 1))
      return true
    }
    var absent: [Int: Set<Int>] = [:]
    try session.forEachRow(of: ConceptSamples.absences(scope)) { row in
      if let au = row[0].int, let id = row[1].int, let place = rows[Int64(id)] {
        absent[au, default: []].insert(place)
      }
      return true
    }
    (self.samples, self.rows, self.absent) = (samples, rows, absent)
  }

  /// The row of a sample.
  func row(of sample: Int64) -> Int? { rows[sample] }

  /// Whether an action unit was coded in a row and not found.
  func isAbsent(_ au: Int, row: Int) -> Bool { absent[au]?.contains(row) ?? false }
}
