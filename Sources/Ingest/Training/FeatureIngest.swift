import Compute
import Warehouse

/// Stores the exact maps of one layer of some models over a data set: features to train heads on.
struct FeatureIngest {
  let store: Store
  let models: [StoredModel]
  let layer: String
  let dataset: StoredDataset
  let threads: Int
  let monitor: Monitor

  /// Stores what is missing; models that share the layers before it share the computation.
  ///
  /// - Returns: Samples that passed a network, counted once a model.
  /// - Throws: As an ingest does.
  func run() throws -> Int {
    let variants = try models.map { try Variant($0) }
    for variant in variants {
      try InputIngest(
        store: store, geometry: variant.preprocessing.geometry, dataset: dataset, threads: threads,
        monitor: monitor
      ).run()
    }
    let plan = IngestPlan(
      store: store, dataset: dataset, variants: variants,
      keep: KeepOptions(bits: false, maps: .f32, layers: [layer]), hasTrainSplit: true,
      mapsOnly: true)
    return try BlockIngest(
      plan: plan, networks: NetworkCache(store: store, models: models, threads: threads),
      memory: IngestOptions.defaultMemory, title: "\(layer) of \(dataset.name)", monitor: monitor
    ).run()
  }
}
