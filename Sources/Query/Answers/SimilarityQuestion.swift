internal import SQLite
public import Warehouse

/// How alike the layers of two variants describe the same samples.
public struct SimilarityQuestion: Sendable, Equatable {
  /// What describes a sample.
  public enum Features: String, Sendable, CaseIterable {
    /// The mean of each channel.
    case means
    /// Every position of every channel.
    case maps
  }

  /// The model before.
  public var before: String
  /// The model after; it may answer another task.
  public var after: String
  /// The samples; they need no labels.
  public var selection = Selection()
  /// What describes a sample.
  public var features = Features.means
  /// The layers to compare; none: every layer that both models have.
  public var layers: [String] = []
  /// Whether every layer before is compared with every layer after.
  public var isMatrix = false

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

extension ReadOnlySession {
  /// One row a layer: unbiased linear CKA and Procrustes distance between the two models.
  ///
  /// A layer whose prefix both models share is equal in both: its CKA is 1 and its distance 0
  /// without reading anything. Otherwise stored rows are read once and added up in feature space, so
  /// that memory does not grow with the samples. As a matrix there is a row for each layer before
  /// and layer after.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, no sample is selected, the models have no layer in
  ///   common or a layer has too many features; `WarehouseError` if rows are not stored, with the
  ///   command that stores them.
  public func similarity(_ question: SimilarityQuestion, of store: Store) throws -> Answer {
    let cards = try models([question.before, question.after])
    let scope = try SampleScope(
      unlabelled: question.selection, task: cards[0].task, models: cards.map(\.name), in: self)
    let samples = SQLStatement(
      """
      SELECT sample_id, subject FROM samples
      WHERE TRUE\(scope.conditions())
      ORDER BY sample_id
      """, scope.parameters)
    let (positions, subjects) = try places(of: samples)
    guard !positions.isEmpty else {
      throw QueryError.nothingFound("no sample is selected over \(scope.name)")
    }
    let layers = SimilarityLayers.statement(question)
    let chosen = try SimilarityLayers(question, scope: scope, in: self)
    var measure = SimilarityMeasure(
      store: store, dataset: try datasetID(scope.dataset), positions: positions,
      features: question.features)
    var table = Table(columns: SimilarityQuestion.columns)
    var undefined: [String] = []
    for pair in chosen.pairs {
      let found = try measure.compare(pair, checkInterrupted)
      if found.cka == nil { undefined.append(pair.name) }
      let cells: [Cell] = [
        .text(question.before), .text(question.after), .text(scope.dataset),
        .text(scope.split.rawValue), .text(pair.before.name), .text(pair.after.name),
        Cell(positions.count), Cell(pair.before.count(question.features)),
        Cell(pair.after.count(question.features)), Cell(found.cka),
      ]
      table.rows.append(cells + [Cell(found.procrustes)])
    }
    var notes = [Notes.scope(scope, samples: positions.count, subjects: subjects)] + chosen.notes
    if positions.count < 4 {
      notes.append("fewer than four samples: no similarity is defined")
    } else if !undefined.isEmpty {
      notes.append(
        "undefined, because features do not vary or are not finite: "
          + undefined.joined(separator: ", "))
    }
    return Answer(table, notes: notes, statements: [samples, layers])
  }

  /// Where the rows of samples stand, ascending, and how many subjects they are of.
  private func places(of samples: SQLStatement) throws -> (positions: [Int], subjects: Int) {
    let statement = SQLStatement(
      """
      SELECT s.position, c.subject FROM (
      \(samples.sql)
      ) c JOIN sample s ON s.id = c.sample_id ORDER BY s.position
      """, samples.parameters)
    var positions: [Int] = []
    var subjects = Set<String>()
    try forEachRow(of: statement) { row in
      if let position = row[0].int { positions.append(position) }
      if let subject = row[1].string { subjects.insert(subject) }
      return true
    }
    return (positions, subjects.count)
  }

  /// The row id of a data set.
  func datasetID(_ name: String) throws -> Int64 {
    let statement = SQLStatement(
      "SELECT id FROM dataset WHERE name = :dataset", [.init("dataset", .text(name))])
    return Int64(try table(statement).rows.first?[0].int ?? 0)
  }
}

extension SimilarityQuestion {
  fileprivate static let columns = [
    "before", "after", "dataset", "split", "layer_before", "layer_after", "n",
    "features_before", "features_after", "cka", "procrustes",
  ]
}
