import Compute
public import Foundation
import SQLite
public import Warehouse

/// What an ingest is asked for.
public struct IngestOptions: Sendable {
  /// Names of the models; nil: all.
  public var models: [String]?
  /// Names of the data sets; nil: all.
  public var datasets: [String]?
  /// What is kept of which layers.
  public var keep: KeepOptions
  /// Threads that compute.
  public var threads: Int
  /// Bytes that the weights of the variants in one pass may take.
  public var memory: Int

  /// Half of this machine's memory, in bytes.
  public static var defaultMemory: Int { Int(clamping: ProcessInfo.processInfo.physicalMemory / 2) }

  /// Options; the defaults are those of `lethe ingest`.
  public init(
    models: [String]? = nil, datasets: [String]? = nil, keep: KeepOptions = KeepOptions(),
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    memory: Int = IngestOptions.defaultMemory
  ) {
    self.models = models
    self.datasets = datasets
    self.keep = keep
    self.threads = threads
    self.memory = memory
  }
}

/// What an ingest did.
public struct IngestSummary: Sendable, Equatable {
  /// Pictures that were read and brought into input pixels.
  public var pictures = 0
  /// Samples that passed a network, counted once a variant; 0: there was nothing to compute.
  public var forwardPasses = 0
  /// Layers whose thresholds were found.
  public var thresholds = 0
  /// Seconds that it took.
  public var seconds = 0.0
}

/// Runs every variant over every data set, once, and keeps what its layers say.
public struct ActivationIngest {
  let store: Store
  let options: IngestOptions
  let monitor: Monitor
  let datasets: [StoredDataset]
  let models: [StoredModel]
  let variants: [Variant]

  /// An ingest of what the options name.
  ///
  /// - Throws: `WarehouseError` for an unknown model or data set; `IngestError` if there is none,
  ///   or a layer that no model has.
  public init(store: Store, options: IngestOptions, monitor: Monitor = Monitor()) throws {
    self.store = store
    self.options = options
    self.monitor = monitor
    datasets = try options.datasets?.map { try store.dataset(named: $0) } ?? store.datasets()
    let models = try options.models?.map { try store.model(named: $0) } ?? store.models()
    guard !datasets.isEmpty else {
      throw IngestError("the warehouse has no data set", advice: "add one: `lethe dataset add`")
    }
    guard !models.isEmpty else {
      throw IngestError("the warehouse has no model", advice: "train some: `lethe ladder`")
    }
    // What Lethe cannot run is left out, unless it is asked for by name.
    let known = try models.map { (model: $0, variant: try Variant($0)) }
    if options.models != nil { for entry in known { _ = try entry.variant.graph } }
    self.models = known.filter(\.variant.isRunnable).map(\.model)
    variants = known.filter(\.variant.isRunnable).map(\.variant)
    guard !variants.isEmpty else {
      throw IngestError(
        "the warehouse has no model that Lethe can run",
        advice: "add one with lethe model add, or bring activations with --from-activations")
    }
    for layer in options.keep.layers ?? []
    where !variants.contains(where: { $0.ordinal(of: layer) != nil }) {
      throw IngestError(
        "no model has a layer `\(layer)`",
        advice: "choose from \(variants[0].layers.map(\.name).joined(separator: ", "))")
    }
  }

  /// The names of the models that it runs, in order.
  public var modelNames: [String] { variants.map(\.name) }

  /// The names of the data sets that it runs them over, in order.
  public var datasetNames: [String] { datasets.map(\.name) }

  /// Computes and stores whatever is missing.
  ///
  /// - Returns: What was done; a second run does nothing.
  /// - Throws: `CancellationError` if the user stopped it; what failed otherwise. What was stored
  ///   before stays, and the next run goes on from there.
  public func run() throws -> IngestSummary {
    let started = Date()
    var summary = IngestSummary()
    let networks = NetworkCache(store: store, models: models, threads: options.threads)
    for dataset in datasets {
      let run = try store.beginRun(kind: "ingest", dataset: dataset.name)
      store.announce("ingest of \(dataset.name)")
      do {
        try self.run(over: dataset, networks, &summary)
        try store.finishRun(run, .done, detail: "\(summary.forwardPasses) forward passes")
      } catch {
        let state: RunState = error is CancellationError ? .interrupted : .failed
        try? store.finishRun(run, state, detail: "\(error)")
        throw error
      }
    }
    summary.seconds = Date().timeIntervalSince(started)
    return summary
  }

  private func run(
    over dataset: StoredDataset, _ networks: NetworkCache, _ summary: inout IngestSummary
  ) throws {
    let geometries = Dictionary(
      variants.map { ($0.inputKey, $0.preprocessing.geometry) }, uniquingKeysWith: { a, _ in a })
    for key in geometries.keys.sorted() {
      guard let geometry = geometries[key] else { continue }
      summary.pictures += try InputIngest(
        store: store, geometry: geometry, dataset: dataset, threads: options.threads,
        monitor: monitor
      ).run()
    }
    let plan = try plan(for: dataset)
    try store.checkQuantile(of: options.keep, dataset)
    // Once; and once more for layers whose provisional bound proved too high.
    for _ in 0..<2 {
      summary.forwardPasses += try BlockIngest(
        plan: plan, networks: networks, memory: options.memory, title: "ingest of \(dataset.name)",
        monitor: monitor
      ).run()
      // The thresholds of a shard are found when it has been merged with the others.
      guard !store.isShard else { return }
      let outcome = try search(dataset).run()
      summary.thresholds += outcome.found
      if outcome.again == 0 { return }
    }
  }

  /// The search for the thresholds of a data set.
  func search(_ dataset: StoredDataset) throws -> ThresholdSearch {
    ThresholdSearch(
      store: store, dataset: dataset, layers: try layersByKey(), quantile: options.keep.quantile,
      threads: options.threads, monitor: monitor)
  }

  func plan(for dataset: StoredDataset) throws -> IngestPlan {
    let hasTrainSplit = try store.hasTrainSplit(dataset.id)
    if !hasTrainSplit, options.keep.bits {
      monitor.message(
        "`\(dataset.name)` has no train split to take thresholds from: its bits are not kept")
    }
    return IngestPlan(
      store: store, dataset: dataset, variants: variants, keep: options.keep,
      hasTrainSplit: hasTrainSplit)
  }

  /// Layers of every stored model: candidates may wait that another choice of models left.
  private func layersByKey() throws -> [String: (variant: Variant, ordinal: Int)] {
    var layers: [String: (variant: Variant, ordinal: Int)] = [:]
    for variant in try store.models().map({ try Variant($0) }) where variant.isRunnable {
      for (ordinal, layer) in variant.layers.enumerated() where layers[layer.key] == nil {
        layers[layer.key] = (variant, ordinal)
      }
    }
    return layers
  }
}

extension Store {
  /// Throws if bits of another quantile are stored: a key has one set of thresholds.
  func checkQuantile(of keep: KeepOptions, _ dataset: StoredDataset) throws {
    let other = try catalogue.value(
      "SELECT quantile FROM threshold WHERE dataset = ? AND quantile <> ? LIMIT 1", dataset.id,
      keep.quantile)
    guard keep.bits, let quantile = other.double else { return }
    throw IngestError(
      "the bits of `\(dataset.name)` are stored for a quantile of \(quantile)",
      advice: "use that quantile, or another warehouse for another one")
  }
}
