import Compute
import Warehouse

/// Networks of the variants in a pass, their weights arranged once.
final class NetworkCache {
  let threads: Int
  private let store: Store
  private let stored: [String: StoredModel]
  private var ready: [String: Entry] = [:]

  private struct Entry {
    let network: ForwardPass
    /// The ordinal of the layer after which it can start; nil: from the beginning.
    let start: Int?
  }

  init(store: Store, models: [StoredModel], threads: Int) {
    self.store = store
    self.threads = threads
    stored = Dictionary(models.map { ($0.record.name, $0) }, uniquingKeysWith: { a, _ in a })
  }

  /// The network of a variant, ready to run from after a layer; without the weights before it.
  ///
  /// - Parameters:
  ///   - variant: Which.
  ///   - start: The ordinal of the layer after which it has to start; nil: from the beginning.
  /// - Returns: The network; it can also start later.
  /// - Throws: `IngestError` if there is no such model or its kernels are no more, `WarehouseError`
  ///   if its weights cannot be read.
  func network(_ variant: Variant, after start: Int? = nil) throws -> ForwardPass {
    if let entry = ready[variant.name], (entry.start ?? -1) <= (start ?? -1) {
      return entry.network
    }
    guard let model = stored[variant.name] else {
      throw IngestError("there is no model `\(variant.name)`", advice: "see `lethe model list`")
    }
    // The one that starts too late goes before the other comes.
    ready[variant.name] = nil
    let network = try store.withTensors(of: model) { tensor in
      try ForwardPass(
        graph: try variant.graph, after: start.map { variant.layers[$0].name },
        numerics: try variant.currentNumerics, threads: threads
      ) { name in try tensor(name).map { Tensor(shape: $0.shape, values: $0.values) } }
    }
    ready[variant.name] = Entry(network: network, start: start)
    return network
  }

  /// Lets go of all networks.
  func removeAll() { ready = [:] }
}

extension Store {
  /// The weights of a model as networks take them.
  func parameters(of model: StoredModel) throws -> Parameters {
    Parameters(
      try tensors(of: model).map { ($0.name, Tensor(shape: $0.shape, values: $0.values)) })
  }
}
