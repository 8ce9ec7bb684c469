import Compute
import Warehouse

/// The frozen prefix that a network shares with its parent, found from the weights themselves.
struct SharedLayers {
  /// What is shared; nil if nothing is.
  let prefix: ModelSummary.SharedPrefix?
  /// The first layer that training moved; nil if none was.
  let firstChanged: String?
  /// What a user should know.
  let notes: [String]

  /// Compares a network with a stored one, layer by layer, by what their values depend on.
  ///
  /// - Parameters:
  ///   - graph: Of the network.
  ///   - parameters: Of the network.
  ///   - preprocessing: Of the network.
  ///   - parent: The stored one.
  ///   - store: The warehouse.
  /// - Throws: `IngestError` or `WarehouseError` if the parent cannot be read.
  init(
    _ graph: Graph, _ parameters: Parameters, _ preprocessing: Preprocessing,
    with parent: StoredModel, in store: Store
  ) throws {
    let variant = try Variant(parent)
    guard variant.isRunnable else {
      (prefix, firstChanged) = (nil, nil)
      notes = ["`\(variant.name)` has no weights to compare with"]
      return
    }
    let mine = graph.layers.map(\.name)
    // The same preprocessing and numerics for both: what differs beyond them is the network.
    let keys = try PrefixKeys.keys(
      graph: graph, parameters: parameters, preprocessing: variant.preprocessing,
      numerics: .fast)
    let theirs = try PrefixKeys.keys(
      graph: try variant.graph, parameters: try store.parameters(of: parent),
      preprocessing: variant.preprocessing, numerics: .fast)
    let parentKeys = variant.layers.map { theirs[$0.name] }
    let shared = zip(mine, parentKeys).prefix { keys[$0] == $1 }.map(\.0)
    prefix =
      shared.isEmpty ? nil : .init(parent: variant.name, layers: shared)
    firstChanged = shared.count < mine.count ? mine[shared.count] : nil
    notes =
      preprocessing == variant.preprocessing || shared.isEmpty
      ? []
      : [
        "`\(variant.name)` has another preprocessing: what they share is computed for each"
      ]
  }
}
