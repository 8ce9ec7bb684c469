internal import Compute
internal import Warehouse

/// A stored network with the rules by which it is explained.
struct ExplainedNetwork {
  /// What was found of one sample.
  struct Explained {
    let start: Double
    let sum: Double
    let layers: [Int: Double]
    /// Channels first.
    let map: [Float]
    /// Channels summed, a number a pixel.
    let heat: [Float]
    /// Sums of the channels of the layer that was asked for.
    let channels: [Double]
  }

  let stored: StoredNetwork
  let propagation: RelevancePropagation

  init(_ model: StoredModel, _ method: RelevanceMethod, in store: Store, threads: Int) throws {
    stored = try StoredNetwork(model, in: store)
    let range = stored.normalisation.range
    guard let bias = RelevanceBias(rawValue: method.bias) else {
      throw QueryError.usage("--bias is keep or zero, not \(method.bias)")
    }
    propagation = try RelevancePropagation(
      graph: stored.graph, parameters: stored.parameters,
      composite: try RelevanceComposite.named(method.composite), bias: bias,
      inputRange: InputRange(low: range.map(\.lowerBound), high: range.map(\.upperBound)),
      threads: threads)
  }

  /// Explains a batch; `receive` gets each sample of it.
  func explain(
    _ items: ArraySlice<RelevancePlan.Item>, dataset: Int64, in store: Store,
    channelsOf layer: String? = nil,
    _ receive: (RelevancePlan.Item, Explained) throws -> Void
  ) throws {
    let shape = stored.graph.input
    let result = try propagation.run(
      try stored.inputs(of: items.map(\.position), dataset: dataset, in: store),
      targets: items.map(\.target),
      request: RelevanceRequest(channelSums: layer.map { [$0] } ?? []))
    let heats = result.input.heatMaps
    for (place, item) in items.enumerated() {
      let map = result.input.values[place * shape.count..<(place + 1) * shape.count]
      let sums = Dictionary(
        result.layers.map { ($0.ordinal, $0.sums[place]) }, uniquingKeysWith: { a, _ in a })
      let channels = result.layers.first { $0.name == layer }?.channelSums ?? []
      let count = channels.count / items.count
      try receive(
        item,
        Explained(
          start: result.starts[place], sum: result.inputSums[place], layers: sums,
          map: ExplainedNetwork.channelsFirst(Array(map), shape), heat: heats[place],
          channels: Array(channels[place * count..<(place + 1) * count])))
    }
  }

  private static func channelsFirst(_ values: [Float], _ shape: Shape) -> [Float] {
    (0..<shape.channels).flatMap { channel in
      (0..<shape.pixels).map { values[$0 * shape.channels + channel] }
    }
  }
}
