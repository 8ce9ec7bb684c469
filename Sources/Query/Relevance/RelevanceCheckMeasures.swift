internal import Compute
internal import Warehouse

/// What was measured of the samples that were drawn, in their order.
struct RelevanceCheckMeasures {
  /// The orders in which patches are removed.
  static let orders = ["relevant first", "random", "relevant last"]

  /// Curves, an array an order.
  private(set) var curves: [[RegionPerturbation.Curve]] = [[], [], []]
  /// Layers from the logits down, with the rank correlation of each sample.
  private(set) var stages: [(layer: String, correlations: [Double?])] = []

  /// Runs a network over the samples, in batches.
  init(
    _ items: [RelevancePlan.Item], _ question: RelevanceCheckQuestion, dataset: Int64,
    in store: Store, _ session: ReadOnlySession
  ) throws {
    let network = try ExplainedNetwork(
      try store.model(named: question.model), question.method, in: store,
      threads: question.threads)
    let stored = network.stored
    for layer in question.layers { _ = try stored.graph.layer(named: layer) }
    let forward = try stored.forward(threads: question.threads)
    let randomisation = try network.randomisation(
      question.method, seed: question.seed, threads: question.threads)
    for (number, start) in stride(from: 0, to: items.count, by: RelevanceRun.batch).enumerated() {
      try session.checkInterrupted()
      let batch = items[start..<min(items.count, start + RelevanceRun.batch)]
      let inputs = try stored.inputs(of: batch.map(\.position), dataset: dataset, in: store)
      let targets = batch.map(\.target)
      let relevance = try network.propagation.run(inputs, targets: targets).input
      // The random order of a batch follows the places in it: each batch has its own seed.
      var stream = RandomStream(
        seed: question.seed, RandomStream.key("relevance check"), UInt64(number))
      let orders: [RegionPerturbation.Order] = [
        .mostRelevantFirst, .random(seed: stream.next()), .leastRelevantFirst,
      ]
      for (place, order) in orders.enumerated() {
        curves[place] += try RegionPerturbation(
          patch: question.patch, steps: question.steps, order: order
        ).curves(
          of: forward, inputs: inputs, relevance: relevance,
          classes: targets.map(RelevanceCheckMeasures.index))
      }
      try session.checkInterrupted()
      let found = try randomisation.stages(
        inputs, targets: targets, layers: question.layers.isEmpty ? nil : Set(question.layers))
      for (place, stage) in found.enumerated() {
        if stages.count <= place { stages.append((stage.layer, [])) }
        stages[place].correlations += stage.rankCorrelations
      }
    }
  }

  private static func index(_ target: RelevanceTarget) -> Int {
    switch target {
    case .logit(let index), .difference(let index, _): index
    }
  }
}

extension ExplainedNetwork {
  /// The check with the rules of this network; its fresh weights are drawn by a key of their own.
  fileprivate func randomisation(
    _ method: RelevanceMethod, seed: UInt64, threads: Int
  ) throws -> ModelRandomisation {
    let range = stored.normalisation.range
    var stream = RandomStream(seed: seed, RandomStream.key("model randomisation"))
    return ModelRandomisation(
      graph: stored.graph, parameters: stored.parameters,
      composite: try RelevanceComposite.named(method.composite),
      bias: RelevanceBias(rawValue: method.bias) ?? .keep,
      inputRange: InputRange(low: range.map(\.lowerBound), high: range.map(\.upperBound)),
      seed: stream.next(), threads: threads)
  }
}
