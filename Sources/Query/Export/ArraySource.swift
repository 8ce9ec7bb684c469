internal import SQLite
internal import Warehouse

/// A stored array of one data set, found in the catalogue.
struct ArraySource {
  let dataset: String
  let datasetID: Int64
  let key: String
  let content: ArrayExport.Content
  let model: String

  /// What is written, in words.
  var name: String {
    switch content {
    case .maps(let layer): "maps of \(layer)"
    case .pooled(let layer): "pooled \(layer) (mean, max)"
    case .inputs: "inputs"
    case .mask(let au): "masks of AU\(au)"
    case .relevance(let method):
      "relevance of \(model) (\(method.composite), target \(method.target), bias \(method.bias))"
    }
  }

  /// What is written, in one word.
  var word: String {
    switch content {
    case .maps: "maps"
    case .pooled: "pooled"
    case .inputs: "inputs"
    case .mask: "masks"
    case .relevance: "relevance"
    }
  }

  init(_ export: ArrayExport, in session: ReadOnlySession) throws {
    _ = try session.models([export.model])
    content = export.content
    model = export.model
    if case .relevance(let method) = export.content {
      let kept = try KeptRelevance(
        of: export.model, method, dataset: export.selection.dataset, in: session)
      (key, dataset, datasetID) = (kept.key, kept.dataset, kept.datasetID)
      return
    }
    let tier: Tier
    switch export.content {
    case .maps(let layer):
      (key, tier) = (try ArraySource.prefix(of: layer, export.model, in: session), .maps)
    case .pooled(let layer):
      (key, tier) = (try ArraySource.prefix(of: layer, export.model, in: session), .pooled)
    case .inputs, .mask, .relevance:
      let statement = SQLStatement(
        "SELECT input_key FROM model WHERE name = :model", [.init("model", .text(export.model))])
      key = try session.table(statement).rows.first?[0].string ?? ""
      tier = .inputs
    }
    dataset = try ArraySource.dataset(export.selection.dataset, key, tier, in: session)
    let statement = SQLStatement(
      "SELECT id FROM dataset WHERE name = :dataset", [.init("dataset", .text(dataset))])
    datasetID = Int64(try session.table(statement).rows.first?[0].int ?? 0)
  }

  /// The samples of the first axis: sample_id, path, dataset, split, subject, ascending.
  func sampleStatement(_ selection: Selection, in session: ReadOnlySession) throws -> SQLStatement {
    var conditions = "dataset = :dataset"
    var parameters: [SQLStatement.Parameter] = [.init("dataset", .text(dataset))]
    if let split = selection.split, split != .all {
      conditions += " AND split = :split"
      parameters.append(.init("split", .text(split.rawValue)))
    }
    if let filter = selection.filter {
      conditions +=
        "\n  AND " + (try SampleFilter(filter, in: session).condition(on: "sample_id"))
    }
    if case .relevance(let method) = content {
      conditions += "\n  AND " + KeptRelevance.condition(on: "sample_id")
      parameters += KeptRelevance.parameters(model, method)
    }
    return SQLStatement(
      """
      SELECT sample_id, path, dataset, split, subject FROM samples
      WHERE \(conditions)
      ORDER BY sample_id
      """, parameters)
  }

  /// The ids of the samples and where their rows stand.
  func samples(_ selection: Selection, in session: ReadOnlySession) throws -> [(
    id: Int, position: Int
  )] {
    let statement = try sampleStatement(selection, in: session)
    let placed = SQLStatement(
      """
      SELECT c.sample_id, s.position FROM (
      \(statement.sql)
      ) c JOIN sample s ON s.id = c.sample_id ORDER BY c.sample_id
      """, statement.parameters)
    var samples: [(id: Int, position: Int)] = []
    try session.forEachRow(of: placed) { row in
      if let id = row[0].int, let position = row[1].int { samples.append((id, position)) }
      return true
    }
    guard !samples.isEmpty else {
      throw QueryError.nothingFound("no sample of the data set \(dataset) is selected")
    }
    return samples
  }

  private static func prefix(of layer: String, _ model: String, in session: ReadOnlySession) throws
    -> String
  {
    let rows = try session.table(
      SQLStatement(
        "SELECT layer, prefix FROM layers WHERE model = :model ORDER BY ordinal",
        [.init("model", .text(model))])
    ).rows
    guard let row = rows.first(where: { $0[0].string == layer }), let prefix = row[1].string else {
      let names = rows.compactMap { $0[0].string }
      throw Unknown.layer(layer, of: model, among: names)
    }
    return prefix
  }

  /// The data set that is named, else the only one of which the array is stored.
  private static func dataset(
    _ name: String?, _ key: String, _ tier: Tier, in session: ReadOnlySession
  ) throws -> String {
    if let name { return try SampleScope.known(name, in: session) }
    let all = try session.names("SELECT dataset FROM datasets ORDER BY 1")
    let stored = try session.names(
      """
      SELECT DISTINCT d.name FROM stored_array a JOIN dataset d ON d.id = a.dataset
      WHERE a.key = :key AND a.tier = :tier ORDER BY 1
      """, .init("key", .text(key)), .init("tier", .text(tier.rawValue)))
    if stored.count == 1 { return stored[0] }
    if stored.isEmpty, all.count == 1 { return all[0] }
    let choices = stored.isEmpty ? all : stored
    throw QueryError.usage("choose a data set with --dataset " + choices.joined(separator: " | "))
  }
}
