internal import Foundation
internal import SQLite
public import Warehouse

/// Which kept relevance is written for ViRelAy, the viewer of heat maps and their clusters.
public struct ViRelAyExport: Sendable, Equatable {
  /// The models, which have the same classes; a project each.
  public var models: [String]
  /// The samples, of which relevance of every model must be kept; the split is all unless given.
  public var selection = Selection()
  /// How relevance was propagated, and of what: the true or the predicted class.
  public var method = RelevanceQuestion().method

  /// An export of some models.
  public init(models: [String]) { self.models = models }
}

/// A sample of the export.
struct ViRelAySample {
  let id: Int
  let position: Int
  /// Its class among those of the models.
  let label: Int
}

extension ReadOnlySession {
  /// Writes a folder that ViRelAy opens: the inputs, a project a model, and the list of samples.
  ///
  /// `A.yaml` is the project of model A; it names `DATASET.input.h5`, `A.attribution.h5`,
  /// `A.analysis.h5` (a spectral embedding of the heat maps of each class with k-means over it) and
  /// `label-map.json`, all beside it. `samples.csv` tells which sample an index is. Memory is
  /// bounded; the folder appears whole or not at all.
  ///
  /// - Parameters:
  ///   - export: What to write.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - path: The folder; only an empty one may be there.
  /// - Returns: What a reader should know, a sentence each.
  /// - Throws: `QueryError` if a name is unknown, nothing is kept or the folder cannot be written;
  ///   `WarehouseError` or `HDF5Error` if an array cannot be read or written.
  public func writeViRelAy(
    _ export: ViRelAyExport, of store: Store, to path: String
  ) throws -> [String] {
    guard ["true", "predicted"].contains(export.method.target) else {
      throw QueryError.usage(
        "ViRelAy knows maps of the true and of the predicted class: --target is true or "
          + "predicted, not \(export.method.target)")
    }
    let cards = try models(export.models)
    guard let first = cards.first else {
      throw QueryError.nothingFound("the warehouse has no model")
    }
    for card in cards where card.classes != first.classes || card.task != first.task {
      throw QueryError.usage(
        "\(first.name) and \(card.name) do not answer the same classes: export them apart")
    }
    let kept = try cards.map {
      try KeptRelevance(
        of: $0.name, export.method, dataset: export.selection.dataset, in: self)
    }
    guard let data = kept.first, kept.allSatisfy({ $0.dataset == data.dataset }) else {
      throw QueryError.usage(
        "relevance of the models is kept over different data sets: choose one with --dataset")
    }
    let statement = try export.statement(cards, data, in: self)
    var samples: [ViRelAySample] = []
    try forEachRow(of: statement) { row in
      if let id = row[0].int, let position = row[5].int,
        let label = first.classes.firstIndex(of: row[4].string ?? "")
      {
        samples.append(ViRelAySample(id: id, position: position, label: label))
      }
      return true
    }
    guard !samples.isEmpty else {
      throw QueryError.nothingFound(
        "no selected sample of \(data.dataset) has relevance of "
          + cards.map(\.name).joined(separator: " and of ") + " and a label of \(first.task)")
    }
    let files = ViRelAyFiles(
      session: self, store: store, samples: samples, classes: first.classes,
      method: export.method)
    let cut = try AtomicFolder.write(path) { folder in
      try files.writeShared(data, model: first.name, to: folder)
      let list = SQLStatement(
        """
        SELECT row_number() OVER (ORDER BY q.position) - 1 AS "index", q.sample_id, q.path,
               q.subject, q.split, q.label
        FROM (
        \(statement.sql)
        ) q ORDER BY q.position
        """, statement.parameters)
      _ = try AtomicFile.write(folder.appending(path: "samples.csv").path) {
        try write(list, to: OutputFormat.csv.writer(to: $0))
      }
      return try zip(cards, kept).reduce(0) { try max($0, files.write($1.0, $1.1, to: folder)) }
    }
    let projects = cards.map { "\(path)/\($0.name).yaml" }.joined(separator: " ")
    return [
      "data set \(data.dataset): \(samples.count) samples",
      cut == 0
        ? nil
        : "up to \(cut) samples of a class are left out of its analysis, which takes "
          + "\(ViRelAyAnalysis.limit)",
      "look at it: virelay \(projects)",
    ].compactMap { $0 }
  }
}

extension ViRelAyExport {
  /// Columns: sample_id, path, subject, split, label, position.
  fileprivate func statement(
    _ cards: [ModelCard], _ data: KeptRelevance, in session: ReadOnlySession
  ) throws -> SQLStatement {
    var parameters: [SQLStatement.Parameter] = [
      .init("dataset", .text(data.dataset)), .init("task", .text(cards[0].task)),
    ]
    var conditions = "s.dataset = :dataset"
    if let split = selection.split, split != .all {
      conditions += "\n  AND s.split = :split"
      parameters.append(.init("split", .text(split.rawValue)))
    }
    if let filter = selection.filter {
      conditions +=
        "\n  AND " + (try SampleFilter(filter, in: session).condition(on: "s.sample_id"))
    }
    for (index, card) in cards.enumerated() {
      conditions +=
        "\n  AND " + KeptRelevance.condition(on: "s.sample_id", model: ":model\(index)")
      parameters.append(.init("model\(index)", .text(card.name)))
    }
    parameters += KeptRelevance.parameters("", method).filter { $0.name != "model" }
    return SQLStatement(
      """
      SELECT s.sample_id, s.path, s.subject, s.split, l.label, p.position
      FROM samples s JOIN sample p ON p.id = s.sample_id
      JOIN labels l ON l.sample_id = s.sample_id AND l.task = :task
      WHERE \(conditions)
        AND l.label IN (SELECT c.value FROM model m, json_each(m.classes) c WHERE m.name = :model0)
      ORDER BY p.position
      """, parameters)
  }
}
