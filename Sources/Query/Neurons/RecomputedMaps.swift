internal import Compute
internal import Warehouse

/// Units from the network, run over stored inputs.
struct RecomputedMaps: UnitSource {
  let store: Store
  let network: StoredNetwork
  let pass: ForwardPass
  let layer: NeuronLayer
  let dataset: Int64

  /// Loads the network.
  ///
  /// - Throws: `QueryError` or `WarehouseError` if it cannot be run.
  init(_ layer: NeuronLayer, dataset: Int64, threads: Int, in store: Store) throws {
    network = try StoredNetwork(try store.model(named: layer.model), in: store)
    pass = try network.forward(threads: threads)
    (self.store, self.layer, self.dataset) = (store, layer, dataset)
  }

  var origin: PositionIndex.Origin { .network }
  // What is stored may have been computed by other kernels, on another machine.
  var slack: Float { 1.0 / 1024 }
  var isBelowMaximum: Bool { true }
  var batch: Int { 32 }

  func maps(of positions: [Int], channels: [Int]) throws -> [Float] {
    let size = layer.positions
    var maps = [Float](repeating: 0, count: positions.count * channels.count * size)
    for start in stride(from: 0, to: positions.count, by: batch) {
      let rows = start..<min(positions.count, start + batch)
      let input = try network.inputs(of: Array(positions[rows]), dataset: dataset, in: store)
      let output = try pass.output(input, of: layer.name)
      let shape = output.shape
      guard shape.channels == layer.channels, shape.pixels == size else {
        throw QueryError.failed(
          "layer \(layer.name) of \(layer.model) has another shape than its network says: "
            + "add the model again")
      }
      for row in rows {
        for (index, channel) in channels.enumerated() {
          let target = (row * channels.count + index) * size
          let source = (row - start) * shape.count + channel
          for pixel in 0..<size {
            maps[target + pixel] = output.values[source + pixel * shape.channels]
          }
        }
      }
    }
    return maps
  }
}
