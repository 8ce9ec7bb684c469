import Compute
import Warehouse

/// Networks of the variants in a pass, packed once.
final class NetworkCache {
  let threads: Int
  private let store: Store
  private let stored: [String: StoredModel]
  private var packed: [String: ForwardPass] = [:]

  init(store: Store, models: [StoredModel], threads: Int) {
    Allocator.keepFreedMemory()
    self.store = store
    self.threads = threads
    stored = Dictionary(models.map { ($0.record.name, $0) }, uniquingKeysWith: { a, _ in a })
  }

  /// The network of a variant, ready to run.
  func network(_ variant: Variant) throws -> ForwardPass {
    if let network = packed[variant.name] { return network }
    guard let model = stored[variant.name] else {
      throw IngestError("there is no model `\(variant.name)`", advice: "see `lethe model list`")
    }
    let network = try ForwardPass(
      graph: try variant.graph, parameters: try store.parameters(of: model),
      numerics: try variant.currentNumerics, threads: threads)
    packed[variant.name] = network
    return network
  }
}

extension Store {
  /// The weights of a model as networks take them.
  func parameters(of model: StoredModel) throws -> Parameters {
    Parameters(
      try tensors(of: model).map { ($0.name, Tensor(shape: $0.shape, values: $0.values)) })
  }
}
