internal import SQLite
internal import Warehouse

/// Reads stored activations for the table functions of one session.
final class ActivationReader {
  private let store: Store
  private let shouldStop: @Sendable () -> Bool
  private let cache = ActivationCache(capacity: 32 << 20)
  /// Rows (of a sample) that were read from the store so far.
  private(set) var rowsRead = 0
  /// Why the last statement failed, if a table function did.
  var failure: QueryError?

  /// Bytes that are read from the store at a time, at most, unless one row is larger.
  private static let readBytes = 8 << 20

  init(_ store: Store, shouldStop: @escaping @Sendable () -> Bool) {
    self.store = store
    self.shouldStop = shouldStop
  }

  /// Finds a layer that has stored rows of a tier.
  func layer(model: String, layer: String, tier: Tier) throws -> ActivationLayer {
    try ActivationLayer(model: model, layer: layer, tier: tier, in: store.catalogue)
  }

  /// The samples at a time that a scan reads; 256 unless these are too large.
  func step(of layer: ActivationLayer, channels: Int) -> Int {
    let numbers = layer.tier == .pooled ? 2 : layer.height * layer.width
    return max(1, min(256, ActivationReader.readBytes / max(1, 4 * channels * numbers)))
  }

  /// Where a sample lies.
  func place(of sample: Int64) throws -> (dataset: Int64, position: Int)? {
    let row = try store.catalogue.row("SELECT dataset, position FROM sample WHERE id = ?", sample)
    guard let row, case .integer(let dataset) = row[0], let position = row[1].int else {
      return nil
    }
    return (dataset, position)
  }

  /// The numbers of a request, from the cache or the store.
  func block(_ request: ActivationRequest, of layer: ActivationLayer) throws -> ActivationBlock {
    try cache.block(request) { try read(request, of: layer) }
  }

  private func read(_ request: ActivationRequest, of layer: ActivationLayer) throws
    -> ActivationBlock
  {
    // Between reads: the progress handler is called within SQLite's own steps only.
    if shouldStop() { throw SQLiteError.interrupted }
    let range = request.stretch.positions
    let samples = try store.catalogue.rows(
      """
      SELECT id, position FROM sample WHERE dataset = ? AND position >= ? AND position < ?
      ORDER BY position
      """, request.stretch.dataset, range.lowerBound, range.upperBound)
    var ids: [Int64] = []
    var positions: [Int] = []
    for sample in samples {
      guard case .integer(let id) = sample[0], let position = sample[1].int else { continue }
      ids.append(id)
      positions.append(position)
    }
    guard !ids.isEmpty else {
      return ActivationBlock(ids: [], channels: request.channels, width: 1, values: [])
    }
    let stored = try store.read(
      key: request.key, tier: request.tier, dataset: request.stretch.dataset,
      positions: positions, channels: request.channels)
    rowsRead += ids.count
    let expected =
      [request.channels.count] + (request.place == nil ? [2] : [layer.height, layer.width])
    guard stored.rowShape == expected else {
      throw QueryError.failed(
        "\(request.tier.rawValue) of layer \(layer.name) of \(layer.model) have rows of the shape "
          + "\(stored.rowShape), not \(expected): run lethe verify")
    }
    guard let place = request.place else {
      return ActivationBlock(
        ids: ids, channels: request.channels, width: 2, values: stored.values)
    }
    let size = layer.height * layer.width
    let values = (0..<ids.count * request.channels.count).map { stored.values[$0 * size + place] }
    return ActivationBlock(ids: ids, channels: request.channels, width: 1, values: values)
  }
}
