public import Warehouse

extension ReadOnlySession {
  /// What is told while concepts are computed: how many are done, of how many, and of which layer.
  public typealias ConceptProgress = @Sendable (_ done: Int, _ total: Int, _ layer: String) -> Void

  /// Stores the concepts of one layer, all or none, and returns their row ids.
  public typealias ConceptKeeping = ([ConceptRow]) throws -> [Int64]

  /// The concepts of a request: stored ones as they are, the others computed in memory.
  ///
  /// Bits are read once a layer key and data set, all samples of the train and the evaluated split at
  /// a time; variants that share a layer share its concepts. The results depend neither on the
  /// number of threads nor on what else is asked for.
  ///
  /// - Parameters:
  ///   - request: What is wanted.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - progress: Called from any thread.
  ///   - keep: Called with what was computed of a layer, as soon as the layer is done.
  /// - Returns: The concepts.
  /// - Throws: `QueryError` if a name is unknown, bits or masks are not stored, or the user stops
  ///   it; `WarehouseError` if what is stored makes no sense; what `keep` throws.
  public func concepts(
    _ request: ConceptRequest, of store: Store, progress: ConceptProgress = { _, _, _ in },
    keep: ConceptKeeping? = nil
  ) throws -> ConceptSet {
    let models = try models(request.models).map(\.name)
    guard !models.isEmpty else {
      throw QueryError.nothingFound("the warehouse has no models yet")
    }
    let dataset = try conceptDataset(request.dataset, models: models)
    guard request.split != .all else {
      throw QueryError.usage("concepts are evaluated on one split: say --split test, val or train")
    }
    let scope = try SampleScope(
      unlabelled: Selection(dataset: dataset, split: request.split), task: "", models: [],
      in: self)
    let places = try ConceptPlace.find(request, models: models, dataset: dataset, in: self)
    let units = try conceptUnits(request.units, dataset: dataset)
    var work = ConceptWork(
      request: request, store: store, scope: scope, dataset: try datasetID(dataset),
      samples: try ConceptSamples(scope, in: self), units: units, limits: limits)
    try work.run(places, progress: progress, keep: keep)
    return ConceptSet(
      places: places, units: units, scope: scope, records: work.records, kept: work.kept,
      notes: ConceptSet.notes(request, work, isKept: keep != nil),
      statements: [
        ConceptPlace.statement(dataset: dataset), ConceptSamples.statement(scope),
        ConceptSamples.absences(scope),
      ])
  }

  /// The action units that are asked for: those with masks or regions, also those without a mask if
  /// they are named and were coded.
  private func conceptUnits(_ wanted: [Int], dataset: String) throws -> [Int] {
    let parameters = [SQLStatement.Parameter("dataset", .text(dataset))]
    let masked = try table(
      SQLStatement(
        """
        SELECT DISTINCT m.au FROM au_mask m JOIN samples s ON s.sample_id = m.sample
        WHERE s.dataset = :dataset ORDER BY 1
        """, parameters)
    ).rows.compactMap { $0[0].int }
    guard !wanted.isEmpty else { return masked }
    let coded = try table(
      SQLStatement(
        """
        SELECT DISTINCT c.au FROM au_coded c JOIN samples s ON s.sample_id = c.sample_id
        WHERE s.dataset = :dataset
        """, parameters)
    ).rows.compactMap { $0[0].int }
    let known = Set(masked + coded)
    for au in wanted where !known.contains(au) {
      let list = masked.map(String.init).joined(separator: ", ")
      throw QueryError.usage("\(dataset) has neither masks nor a coding of AU\(au): it has \(list)")
    }
    var seen = Set<Int>()
    return wanted.filter { seen.insert($0).inserted }
  }
}
