internal import SQLite
internal import Warehouse

/// Reads stored activations for the table functions of one session.
final class ActivationReader {
  private let store: Store
  private let shouldStop: @Sendable () -> Bool
  private let cache = ActivationCache(capacity: 128 << 20)
  /// Where the samples lie.
  let places: SamplePlaces
  /// Rows (of a sample) that were read from the store so far.
  private(set) var rowsRead = 0
  /// Why the last statement failed, if a table function did.
  var failure: QueryError?

  /// Bytes of rows that are read at a time, unless one is larger.
  ///
  /// The store keeps as many together,
  /// compressed: less would be decompressed in vain.
  private static let readBytes = 1 << 18

  init(_ store: Store, shouldStop: @escaping @Sendable () -> Bool) {
    self.store = store
    self.shouldStop = shouldStop
    places = SamplePlaces(store.catalogue)
  }

  /// Finds a layer that has stored rows of a tier.
  func layer(model: String, layer: String, tier: Tier) throws -> ActivationLayer {
    try ActivationLayer(model: model, layer: layer, tier: tier, in: store.catalogue)
  }

  /// The samples that are read at a time: at most 256, a stretch cut into equal parts.
  func step(of layer: ActivationLayer) -> Int {
    let numbers = layer.tier == .pooled ? 2 : layer.height * layer.width
    return max(1, min(256, ActivationReader.readBytes / max(1, 4 * layer.channels * numbers)))
  }

  /// Throws where the statement is to end.
  ///
  /// SQLite asks within its own steps only, not while a
  /// cursor passes samples over or reads.
  func check() throws {
    if shouldStop() { throw SQLiteError.interrupted }
  }

  /// The numbers of a request, from the cache or the store.
  func block(_ request: ActivationRequest, of layer: ActivationLayer) throws -> ActivationBlock {
    try cache.block(request) { try read(request, of: layer) }
  }

  private func read(_ request: ActivationRequest, of layer: ActivationLayer) throws
    -> ActivationBlock
  {
    try check()
    let (dataset, positions) = (request.stretch.dataset, request.stretch.positions)
    let stored = try store.read(
      key: request.key, tier: request.tier, dataset: dataset, positions: positions,
      channels: request.channels)
    rowsRead += positions.count
    let expected =
      [request.channels.count] + (request.place == nil ? [2] : [layer.height, layer.width])
    guard stored.rowShape == expected else {
      throw QueryError.failed(
        "\(request.tier.rawValue) of layer \(layer.name) of \(layer.model) have rows of the shape "
          + "\(stored.rowShape), not \(expected): run lethe verify")
    }
    var values = stored.values
    if let place = request.place {
      let size = layer.height * layer.width
      values = (0..<positions.count * request.channels.count).map {
        stored.values[$0 * size + place]
      }
    }
    return ActivationBlock(
      dataset: dataset, positions: positions, channels: request.channels,
      width: request.place == nil ? 2 : 1, values: values)
  }
}
