extension ReadOnlySession {
  /// The stored concepts: rows of the view `concepts`, by layer, action unit and model.
  ///
  /// - Parameter request: Of it the models, layers, action units, data set and split; nothing for
  ///   all.
  /// - Returns: The rows.
  /// - Throws: `QueryError` if a model or data set is unknown.
  public func storedConcepts(_ request: ConceptRequest) throws -> Answer {
    if !request.models.isEmpty { _ = try models(request.models) }
    if let dataset = request.dataset { _ = try SampleScope.known(dataset, in: self) }
    var conditions: [String] = []
    var parameters: [SQLStatement.Parameter] = []
    func demand(_ column: String, among values: [Cell]) {
      guard !values.isEmpty else { return }
      let names = values.indices.map { "\(column)\($0 + 1)" }
      conditions.append("\(column) IN (\(names.map { ":" + $0 }.joined(separator: ", ")))")
      parameters += zip(names, values).map { SQLStatement.Parameter($0, $1) }
    }
    demand("model", among: request.models.map { .text($0) })
    demand("layer", among: request.layers.map { .text($0) })
    demand("au", among: request.units.map { Cell($0) })
    demand("dataset", among: request.dataset.map { [.text($0)] } ?? [])
    if let split = request.split, split != .all { demand("split", among: [.text(split.rawValue)]) }
    let condition = conditions.isEmpty ? "" : "\nWHERE " + conditions.joined(separator: " AND ")
    let columns = PublicView.concepts.columns.map(\.name).joined(separator: ", ")
    let statement = SQLStatement(
      """
      SELECT \(columns)
      FROM concepts\(condition)
      ORDER BY dataset, layer, au, model, concept_id
      """, parameters)
    let stored = try names("SELECT 'yes' FROM concepts LIMIT 1")
    return Answer(
      statement, notes: stored.isEmpty ? ["no concept is stored yet: run lethe concept fit"] : [])
  }
}
