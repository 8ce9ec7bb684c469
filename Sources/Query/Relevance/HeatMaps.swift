internal import Compute
internal import Warehouse

/// Heat maps of samples: kept ones, and those that had to be computed.
struct HeatMaps {
  /// What a map is needed of.
  struct Sample {
    let id: Int64
    let position: Int
    let label: String?
    let predicted: String?
  }

  /// Relevance a pixel, channels summed, by sample; shares of the sum of its magnitudes.
  let shares: [Int64: [Float]]
  /// Maps that were computed, and are not kept.
  let computed: Int

  /// Reads the maps of a model, and computes those that are not kept.
  ///
  /// - Throws: `QueryError` if a sample has no label or prediction to start from; `WarehouseError`
  ///   if inputs are not stored.
  init(
    of samples: [Sample], model card: ModelCard, method: RelevanceMethod, dataset: Int64,
    store: Store, threads: Int, in session: ReadOnlySession
  ) throws {
    let model = try store.model(named: card.name)
    let start = try RelevanceStart(method.target, of: card)
    let key = method.key(of: model, kernel: RelevancePropagation.kernelPath)
    let known = try store.explained(method, model: model.id, dataset: dataset)
    var shares: [Int64: [Float]] = [:]
    var missing: [RelevancePlan.Item] = []
    for sample in samples {
      if known.contains(sample.id),
        let map = try store.relevance(
          key: key, dataset: dataset, positions: sample.position..<sample.position + 1
        ).first
      {
        shares[sample.id] = HeatMaps.shares(ofChannels: map.values, pixels: map.values.count / 3)
      } else if let found = start.of(label: sample.label, predicted: sample.predicted) {
        missing.append(
          .init(
            sample: sample.id, position: sample.position, target: found.target, name: found.name))
      } else {
        throw QueryError.usage(
          "sample \(sample.id) has no label that \(card.name) knows: name a class by --target")
      }
    }
    if !missing.isEmpty {
      let network = try ExplainedNetwork(model, method, in: store, threads: threads)
      for batch in RelevanceRun.batches(of: missing) {
        try session.checkInterrupted()
        try network.explain(batch, dataset: dataset, in: store) { item, found in
          shares[item.sample] = HeatMaps.shares(of: found.heat)
        }
      }
    }
    self.shares = shares
    computed = missing.count
  }

  private static func shares(ofChannels values: [Float], pixels: Int) -> [Float] {
    shares(
      of: (0..<pixels).map { pixel in
        stride(from: pixel, to: values.count, by: pixels).reduce(0) { $0 + values[$1] }
      })
  }

  private static func shares(of heat: [Float]) -> [Float] {
    let whole = heat.reduce(0.0) { $0 + Double(abs($1)) }
    return whole > 0 ? heat.map { Float(Double($0) / whole) } : heat
  }

  /// The value that `quantile` of the magnitudes of some maps do not exceed; the scale of colours.
  static func limit(of maps: [[Float]], quantile: Double = 0.998) -> Float {
    let magnitudes = maps.joined().map { abs($0) }.sorted()
    guard let last = magnitudes.last else { return 1 }
    let value = magnitudes[Int(quantile * Double(magnitudes.count - 1))]
    return value > 0 ? value : last > 0 ? last : 1
  }
}
