internal import SQLite
internal import Warehouse

/// Relevance of a model that is kept over one data set.
struct KeptRelevance {
  let key: String
  let dataset: String
  let datasetID: Int64

  /// Finds it.
  ///
  /// - Throws: `QueryError` that names the command which computes relevance if none is kept, or that
  ///   asks for a data set if there are several.
  init(
    of model: String, _ method: RelevanceMethod, dataset name: String?,
    in session: ReadOnlySession
  ) throws {
    if let name { _ = try SampleScope.known(name, in: session) }
    let rows = try session.table(
      SQLStatement(
        """
        SELECT r.key, d.name, d.id FROM relevance_run r
        JOIN model m ON m.id = r.model JOIN dataset d ON d.id = r.dataset
        WHERE m.name = :model AND r.composite = :composite AND r.bias = :bias
          AND r.target = :target
          AND EXISTS (SELECT 1 FROM relevance_sample s WHERE s.run = r.id) ORDER BY d.name
        """, KeptRelevance.parameters(model, method))
    ).rows.filter { name == nil || $0[1].string == name }
    guard rows.count < 2 else {
      throw QueryError.usage(
        "choose a data set with --dataset "
          + rows.compactMap { $0[1].string }.joined(separator: " | "))
    }
    guard let row = rows.first, let key = row[0].string, let dataset = row[1].string,
      let id = row[2].int
    else {
      throw QueryError.nothingFound(
        "no relevance of \(model)\(name.map { " over \($0)" } ?? "") is kept by "
          + "\(method.composite), target \(method.target), bias \(method.bias); run: "
          + "lethe relevance run --model \(model)"
          + KeptRelevance.options(method) + (name.map { " --dataset \($0)" } ?? ""))
    }
    (self.key, self.dataset, datasetID) = (key, dataset, Int64(id))
  }

  /// The condition that relevance of `:model` by a method is kept of the samples of a column.
  static func condition(on column: String, model: String = ":model") -> String {
    """
    \(column) IN (
        SELECT sample_id FROM relevance WHERE model = \(model) AND composite = :composite
          AND target = :target AND bias = :bias)
    """
  }

  /// What the condition names.
  static func parameters(_ model: String, _ method: RelevanceMethod) -> [SQLStatement.Parameter] {
    [
      .init("model", .text(model)), .init("composite", .text(method.composite)),
      .init("target", .text(method.target)), .init("bias", .text(method.bias)),
    ]
  }

  /// The maps at some positions, one after another, in their order.
  ///
  /// - Throws: `QueryError` if a sample that has a row has no map of `size` numbers.
  static func values(
    key: String, dataset: Int64, positions: [Int], size: Int, in store: Store
  ) throws -> [Float] {
    var values: [Float] = []
    values.reserveCapacity(positions.count * size)
    for run in PositionRuns.ranges(of: positions) {
      let maps = try store.relevance(
        key: key, dataset: dataset,
        positions: positions[run.lowerBound]..<positions[run.upperBound - 1] + 1)
      guard maps.count == run.count, maps.allSatisfy({ $0.values.count == size }) else {
        throw QueryError.failed(
          "the relevance maps from position \(positions[run.lowerBound]) on are not all stored, "
            + "or of another size than the inputs: run lethe verify")
      }
      for map in maps { values += map.values }
    }
    return values
  }

  /// C, H and W of a model's inputs, which are those of its relevance.
  static func rowShape(
    of model: String, dataset: Int64, position: Int, in store: Store
  ) throws -> [Int] {
    let key = try store.model(named: model).record.inputKey
    let shape = try store.readBytes(
      key: key, tier: .inputs, dataset: dataset, positions: [position]
    ).rowShape
    guard shape.count == 3 else {
      throw QueryError.failed("the inputs of \(model) have rows of \(shape): run lethe verify")
    }
    return [shape[2], shape[0], shape[1]]
  }

  private static func options(_ method: RelevanceMethod) -> String {
    let usual = RelevanceQuestion().method
    return (method.composite == usual.composite ? "" : " --composite \(method.composite)")
      + (method.bias == usual.bias ? "" : " --bias \(method.bias)")
      + (method.target == usual.target ? "" : " --target \(method.target)")
  }
}
