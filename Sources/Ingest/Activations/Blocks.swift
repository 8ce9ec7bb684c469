import Compute
import SQLite
import Warehouse

/// The blocks of consecutive samples that segments hold: fixed positions, so that what is stored
/// does not depend on when, or how often, an ingest was interrupted.
struct Blocks {
  /// Samples in a block.
  static let size = 256
  /// Samples that go through a network together, at most.
  static let largestBatch = 32
  /// Bytes that the input and the output of a node may take over a batch.
  private static let activationBytes = 224 << 20

  /// Samples that go through a network together, a power of two.
  ///
  /// So memory stays flat where activations are large; what is stored does not depend on it.
  static func batchSize(for graph: Graph) -> Int {
    let largest =
      graph.nodes.indices.map { index in
        let node = graph.nodes[index]
        let inputs = node.inputs.compactMap { graph.shape(of: $0)?.count }
        return inputs.reduce(graph.shapes[index].count, +)
      }.max() ?? 1
    var size = largestBatch
    while size > 1, size * largest * MemoryLayout<Float>.stride > activationBytes { size /= 2 }
    return size
  }

  let store: Store
  let dataset: StoredDataset

  init(_ store: Store, _ dataset: StoredDataset) {
    self.store = store
    self.dataset = dataset
  }

  /// The blocks that this store works on, as ranges of positions: all, or a shard's own.
  var all: [Range<Int>] {
    store.shardBlocks(of: dataset.id)
      ?? stride(from: 0, to: dataset.count, by: Blocks.size).map {
        $0..<min($0 + Blocks.size, dataset.count)
      }
  }

  /// The blocks of which a tier is not stored.
  func missing(key: String, tier: Tier) throws -> [Range<Int>] {
    let stored = Set(
      try store.catalogue.rows(
        "SELECT first FROM stored_array WHERE key = ? AND tier = ? AND dataset = ?", key,
        tier.rawValue, dataset.id
      ).compactMap { $0[0].int })
    return all.filter { !stored.contains($0.lowerBound) }
  }

  /// Which (key, tier) are stored of a block.
  func stored(_ block: Range<Int>) throws -> Set<StoredKey> {
    Set(
      try store.catalogue.rows(
        "SELECT key, tier FROM stored_array WHERE dataset = ? AND first = ?", dataset.id,
        block.lowerBound
      ).compactMap { row in
        guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init) else {
          return nil
        }
        return StoredKey(key: key, tier: tier)
      })
  }

  /// How many samples of a block carry a prediction of a model.
  func predictions(_ block: Range<Int>, model: Int64) throws -> Int {
    try store.catalogue.value(
      """
      SELECT count(*) FROM sample s JOIN prediction p ON p.sample = s.id AND p.model = ?
      WHERE s.dataset = ? AND s.position >= ? AND s.position < ?
      """, model, dataset.id, block.lowerBound, block.upperBound
    ).int ?? 0
  }
}

/// An array that is stored: of which layer, and which tier.
struct StoredKey: Hashable {
  let key: String
  let tier: Tier
}
