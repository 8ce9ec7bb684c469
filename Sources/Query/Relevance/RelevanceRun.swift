internal import Compute
internal import SQLite
public import Warehouse

/// Computes relevance and keeps it.
public struct RelevanceRun {
  /// What a run did.
  public struct Summary: Sendable, Equatable {
    /// Maps that were computed.
    public var computed = 0
    /// Maps that were there already.
    public var present = 0
  }

  /// Positions of one segment.
  static let block = 256
  /// Samples that go through a network at once.
  static let batch = 8

  /// Items in batches, in their order.
  static func batches(of items: [RelevancePlan.Item]) -> [ArraySlice<RelevancePlan.Item>] {
    stride(from: 0, to: items.count, by: batch).map { items[$0..<min(items.count, $0 + batch)] }
  }

  private let store: Store
  private let threads: Int
  private let progress: (String, Int, Int) -> Void
  private let checkCancelled: () throws -> Void

  /// A run over a warehouse that is open for writing.
  ///
  /// - Parameters:
  ///   - store: The warehouse.
  ///   - threads: Threads to use; they do not change a bit.
  ///   - checkCancelled: Called between batches; what it throws ends the run. What was kept stays.
  ///   - progress: Called with the model's name, samples done and samples in all.
  public init(
    store: Store, threads: Int, checkCancelled: @escaping () throws -> Void = {},
    progress: @escaping (String, Int, Int) -> Void = { _, _, _ in }
  ) {
    self.store = store
    self.threads = threads
    self.progress = progress
    self.checkCancelled = checkCancelled
  }

  /// Explains what the plan holds and the warehouse does not, block by block.
  ///
  /// - Parameter plan: From a session on this warehouse, which must be closed.
  /// - Returns: What was done.
  /// - Throws: `WarehouseError` if inputs are not stored or the warehouse cannot be written,
  ///   `NetworkError` if a rule does not fit a network, or what `checkCancelled` throws.
  public func run(_ plan: RelevancePlan) throws -> Summary {
    var summary = Summary()
    for part in plan.parts {
      let model = try store.model(named: part.model)
      let known = try store.explained(plan.method, model: model.id, dataset: plan.dataset)
      let todo = part.items.filter { !known.contains($0.sample) }
      summary.present += part.items.count - todo.count
      guard !todo.isEmpty else { continue }
      let network = try ExplainedNetwork(model, plan.method, in: store, threads: threads)
      let key = plan.method.key(of: model, kernel: RelevancePropagation.kernelPath)
      var done = 0
      for (block, items) in Dictionary(grouping: todo, by: { $0.position / Self.block })
        .sorted(by: { $0.key < $1.key })
      {
        let (rows, maps) = try explain(items, network, plan.dataset) {
          progress(part.model, done + $0, todo.count)
        }
        let first = block * Self.block
        let count = min(Self.block, try samples(of: plan.dataset) - first)
        try store.writeRelevance(
          rows, maps: maps, method: plan.method, model: model, key: key,
          block: RelevanceBlock(
            dataset: plan.dataset, datasetName: plan.datasetName, first: first, count: count,
            numerics: Numerics.fast.rawValue, kernel: RelevancePropagation.kernelPath))
        done += items.count
        summary.computed += items.count
      }
    }
    return summary
  }

  private func samples(of dataset: Int64) throws -> Int {
    try store.catalogue.value("SELECT count(*) FROM sample WHERE dataset = ?", dataset).int ?? 0
  }

  /// Explains samples of one block, and scores their maps against the masks of action units.
  private func explain(
    _ items: [RelevancePlan.Item], _ network: ExplainedNetwork, _ dataset: Int64,
    _ progress: (Int) -> Void
  ) throws -> (rows: [RelevanceRow], maps: StoredRelevance) {
    let positions = items.map(\.position)
    let range = (positions.min() ?? 0)..<(positions.max() ?? 0) + 1
    let masks = try UnitMasks(of: range, dataset: dataset, network.stored.inputKey, in: store)
    var rows: [Int: RelevanceRow] = [:]
    var maps: [Int: [Float]] = [:]
    for batch in RelevanceRun.batches(of: items) {
      try checkCancelled()
      try network.explain(batch, dataset: dataset, in: store) { item, explained in
        let units = masks.scores(of: explained.heat, position: item.position)
        rows[item.position] = RelevanceRow(
          sample: item.sample, name: item.name, start: explained.start, input: explained.sum,
          layers: explained.layers, units: units)
        maps[item.position] = explained.map
      }
      progress(rows.count)
    }
    let sorted = items.sorted { $0.position < $1.position }
    let shape = network.stored.graph.input
    return (
      sorted.compactMap { rows[$0.position] },
      StoredRelevance(
        sampleIDs: sorted.map(\.sample), rowShape: [shape.channels, shape.height, shape.width],
        values: sorted.flatMap { maps[$0.position] ?? [] })
    )
  }
}
