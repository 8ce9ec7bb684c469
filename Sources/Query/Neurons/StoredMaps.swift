internal import Warehouse

/// Units from the `maps` tier.
struct StoredMaps: UnitSource {
  let store: Store
  let layer: NeuronLayer
  let dataset: Int64
  /// Whether all of them are float32, so that they are what the network said.
  let isExact: Bool

  var origin: PositionIndex.Origin { .maps }
  var slack: Float { 0 }
  // Rounded values may exceed the maximum that was taken before.
  var isBelowMaximum: Bool { isExact }
  /// About as many as are decompressed together, but no more than are likely to be needed.
  var batch: Int { max(16, min(128, (1 << 16) / (layer.channels * layer.positions))) }

  func maps(of positions: [Int], channels: [Int]) throws -> [Float] {
    // In the order of the file, each piece of it is decompressed once.
    let order = positions.indices.sorted { positions[$0] < positions[$1] }
    let sorted = order.map { positions[$0] }
    let size = layer.positions
    var maps = [Float](repeating: 0, count: positions.count * channels.count * size)
    for run in PositionRuns.ranges(of: channels) {
      let rows = try store.read(
        key: layer.key, tier: .maps, dataset: dataset, positions: sorted,
        channels: channels[run.lowerBound]..<channels[run.upperBound - 1] + 1)
      guard rows.rowShape == [run.count, layer.height, layer.width] else {
        throw QueryError.failed(
          "maps of layer \(layer.name) of \(layer.model) have rows of \(rows.rowShape): "
            + "run lethe verify")
      }
      let length = run.count * size
      for (row, target) in order.enumerated() {
        let start = (target * channels.count + run.lowerBound) * size
        maps.replaceSubrange(
          start..<start + length, with: rows.values[row * length..<(row + 1) * length])
      }
    }
    return maps
  }
}
