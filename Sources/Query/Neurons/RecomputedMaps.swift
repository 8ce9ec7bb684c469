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
    pass = try ForwardPass(
      graph: network.graph, parameters: network.parameters, numerics: network.numerics,
      threads: threads)
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
    for places in RecomputedMaps.batches(of: positions) {
      let input = try input(places.map { $0.map { positions[$0] } })
      let output = try pass.output(input, of: layer.name)
      let shape = output.shape
      guard shape.channels == layer.channels, shape.pixels == size else {
        throw QueryError.failed(
          "layer \(layer.name) of \(layer.model) has another shape than its network says: "
            + "add the model again")
      }
      for (place, row) in places.enumerated() {
        guard let row else { continue }
        for (index, channel) in channels.enumerated() {
          let target = (row * channels.count + index) * size
          let source = place * shape.count + channel
          for pixel in 0..<size {
            maps[target + pixel] = output.values[source + pixel * shape.channels]
          }
        }
      }
    }
    return maps
  }

  /// Indices of positions in batches of at most 32 places; nil where nobody stands.
  ///
  /// The last bit of a sample may follow its place modulo 8 in a batch: each stands at its position
  /// modulo 8, as when it was ingested.
  static func batches(of positions: [Int]) -> [[Int?]] {
    let queues = (0..<8).map { place in positions.indices.filter { positions[$0] % 8 == place } }
    let rows = (0..<(queues.map(\.count).max() ?? 0)).map { turn in
      queues.map { turn < $0.count ? $0[turn] : nil }
    }
    return stride(from: 0, to: rows.count, by: 4).map {
      rows[$0..<min($0 + 4, rows.count)].flatMap { $0 }
    }
  }

  private func input(_ places: [Int?]) throws -> Activation {
    let present = places.compactMap { $0 }
    let found = try network.inputs(of: present, dataset: dataset, in: store)
    let shape = network.graph.input
    // Places where nobody stands hold zeros; what comes out of them is not looked at.
    var values = [Float](repeating: 0, count: places.count * shape.count)
    var row = 0
    for (place, position) in places.enumerated() where position != nil {
      values.replaceSubrange(
        place * shape.count..<(place + 1) * shape.count,
        with: found.values[row * shape.count..<(row + 1) * shape.count])
      row += 1
    }
    return Activation(samples: places.count, shape: shape, values: values)
  }
}
