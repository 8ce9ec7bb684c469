internal import Compute
internal import Warehouse

/// Reads the features of layers and fits their probes.
struct ProbeFeatures {
  /// About how many numbers are held at a time, beside what one layer needs.
  private static let blockElements = 16 << 20
  /// How many layers are fitted between looks at whether to stop.
  private static let blockLayers = 8

  let store: Store
  let dataset: Int64
  let samples: ProbeSamples
  let features: ProbeQuestion.Features

  /// The probes of layers, by their keys; a layer with features that are not finite has none.
  func outcomes(
    _ layers: [SimilarityLayers.Layer], battery: ProbeBattery, _ check: () throws -> Void
  ) throws -> [String: ProbeBattery.Outcome] {
    for layer in layers { try refuseTooMany(layer) }
    var outcomes: [String: ProbeBattery.Outcome] = [:]
    var block: [(key: String, layer: ProbeBattery.Layer)] = []
    var elements = 0
    func fit() throws {
      try check()
      let fitted = battery.run(block.map(\.layer))
      for (place, outcome) in fitted.enumerated() { outcomes[block[place].key] = outcome }
      block.removeAll()
      elements = 0
    }
    // Layers of about one size together, the largest first, keep all cores busy.
    let order = layers.indices.sorted { (-count(layers[$0]), $0) < (-count(layers[$1]), $1) }
    for layer in order.map({ layers[$0] }) {
      let read = try read(layer)
      block.append((layer.prefix, read))
      elements += read.train.count + read.held.count
      if elements >= ProbeFeatures.blockElements || block.count >= ProbeFeatures.blockLayers {
        try fit()
      }
    }
    if !block.isEmpty { try fit() }
    return outcomes
  }

  private func count(_ layer: SimilarityLayers.Layer) -> Int {
    switch features {
    case .means: layer.count(.means)
    case .meanMax: 2 * layer.count(.means)
    case .maps: layer.count(.maps)
    }
  }

  private func refuseTooMany(_ layer: SimilarityLayers.Layer) throws {
    let count = count(layer)
    guard count > SimilarityMeasure.mostFeatures else { return }
    throw QueryError.usage(
      "\(layer.name) has \(count) features a sample and at most \(SimilarityMeasure.mostFeatures) "
        + "can be probed: "
        + (features == .means
          ? "choose others with --layer" : "use channel means, --features means")
    )
  }

  private func read(_ layer: SimilarityLayers.Layer) throws -> ProbeBattery.Layer {
    ProbeBattery.Layer(
      train: try read(layer, samples.train), held: try read(layer, samples.held),
      features: count(layer))
  }

  /// Row-major [samples, features].
  private func read(
    _ layer: SimilarityLayers.Layer, _ part: [ProbeSamples.Sample]
  ) throws -> [Double] {
    let rows = try store.read(
      key: layer.prefix, tier: features == .maps ? .maps : .pooled, dataset: dataset,
      positions: part.map(\.position))
    // Pooled rows are [channels, 2]: mean, maximum.
    let step = features == .means ? 2 : 1
    guard rows.values.count == part.count * count(layer) * step else {
      throw QueryError.failed(
        "\(layer.name) is stored as rows of \(rows.rowShape) and the catalogue says "
          + "\(count(layer)) features: run lethe verify")
    }
    return stride(from: 0, to: rows.values.count, by: step).map { Double(rows.values[$0]) }
  }
}
