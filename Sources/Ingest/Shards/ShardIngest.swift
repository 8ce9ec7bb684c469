import Compute
public import Foundation
public import Warehouse

/// Runs one shard of an ingest: its own part of the blocks, into a folder of its own.
///
/// Any number of shards run at once, on as many machines; the warehouse is only read. `lethe merge`
/// takes them in. Thresholds of bits need all shards: their candidates wait until then.
public struct ShardIngest {
  let warehouse: URL
  let shards: URL
  let shard: Shard
  let options: IngestOptions
  let monitor: Monitor

  /// A shard of the ingest that the options name.
  ///
  /// - Parameters:
  ///   - warehouse: The warehouse's folder.
  ///   - shards: The folder that shards lie in; nil: `shards` in the warehouse.
  ///   - shard: Which.
  ///   - options: What the whole ingest is asked for.
  ///   - monitor: Is told how far it is.
  public init(
    warehouse: URL, shards: URL? = nil, shard: Shard, options: IngestOptions,
    monitor: Monitor = Monitor()
  ) {
    self.warehouse = warehouse
    self.shards = shards ?? Store.shards(of: warehouse)
    self.shard = shard
    self.options = options
    self.monitor = monitor
  }

  /// Computes whatever the warehouse lacks of the shard's blocks, and has not been computed yet.
  ///
  /// - Returns: What was done; nothing if the shard was whole.
  /// - Throws: As `ActivationIngest.run`; `WarehouseError` if another task works on the shard, or
  ///   its folder holds work of another plan. What was stored before stays.
  public func run() throws -> IngestSummary {
    let (store, models, datasets) = try open()
    do {
      var summary = IngestSummary()
      if try !store.isWholeShard() {
        var options = options
        options.models = models
        options.datasets = datasets
        summary = try ActivationIngest(store: store, options: options, monitor: monitor).run()
        try store.finishShard()
      }
      try store.close()
      return summary
    } catch {
      try? store.close()
      throw error
    }
  }

  /// The shard's store, and the names of the models and data sets that it works on.
  private func open() throws -> (Store, [String], [String]) {
    try Store.readingUnwritten(warehouse, wait: monitor.waiting()) { base in
      let ingest = try ActivationIngest(store: base, options: options)
      try ingest.checkFaces()
      for dataset in ingest.datasets { try base.checkQuantile(of: options.keep, dataset) }
      let plan = ShardPlan(ingest, count: shard.count)
      let request = ShardRequest(
        shard: shard, plan: try plan.text(), kernel: Kernels.all,
        blocks: ShardPlan.blocks(of: shard, ingest))
      let store = try Store.openShard(request, in: shards, of: base)
      return (store, plan.models, plan.datasets)
    }
  }
}

extension ActivationIngest {
  /// Throws if a data set lacks the face boxes or landmarks that a network takes pictures by.
  func checkFaces() throws {
    let geometries = variants.map(\.preprocessing.geometry).filter(\.readsFaces)
    for dataset in datasets {
      for geometry in geometries {
        try FaceAnchorReader(store: store, dataset: dataset).check(geometry)
      }
    }
  }
}
