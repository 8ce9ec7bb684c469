internal import Compute
internal import Foundation
internal import Warehouse

/// Runs a stored network for gradients at layers, and for channel means that are not stored.
struct TCAVRun {
  /// Samples that are run together.
  private static let batch = 32

  private let network: StoredNetwork
  private let layers: [String]
  private let samples: ProbeSamples
  private let dataset: Int64
  private let store: Store
  private let forward: ForwardPass
  private let backward: [String: LogitGradient]
  private let prefixes: [String: String]

  init(
    _ network: StoredNetwork, layers: [String], samples: ProbeSamples, dataset: Int64, store: Store
  ) throws {
    let names = network.graph.nodes.filter(\.isLayer).map(\.name)
    for layer in layers where !names.contains(layer) {
      throw Unknown.layer(layer, of: network.name, among: names)
    }
    let threads = ProcessInfo.processInfo.activeProcessorCount
    self.network = network
    self.layers = layers
    self.samples = samples
    self.dataset = dataset
    self.store = store
    forward = try network.forward(threads: threads)
    var backward: [String: LogitGradient] = [:]
    for layer in layers where backward[layer] == nil {
      backward[layer] = try LogitGradient(
        graph: network.graph, parameters: network.parameters, layer: layer, threads: threads)
    }
    self.backward = backward
    let model = try store.model(named: network.name)
    prefixes = Dictionary(
      model.record.layers.map { ($0.name, $0.prefix) }, uniquingKeysWith: { first, _ in first })
  }

  /// −∂loss/∂a of each sample at each layer, summed over positions, row-major [samples, channels].
  ///
  /// - Parameters:
  ///   - truth: The class of each sample, by its place; nil where it has none, and its row is 0.
  ///   - check: Called before each batch; it throws to stop.
  /// - Returns: The rows, by layer.
  /// - Throws: `WarehouseError` if inputs are not stored.
  func gradients(
    _ truth: [Int?], _ check: () throws -> Void
  ) throws -> [String: [Double]] {
    var sums: [String: [Double]] = [:]
    try forEachBatch(samples.held, check) { range, outputs, logits in
      let weights = TCAVRun.weights(logits, Array(truth[range]))
      for layer in layers {
        guard let activation = outputs[layer], let gradient = backward[layer] else { continue }
        sums[layer, default: []] += TCAVRun.summed(
          try gradient.gradient(of: weights, at: activation), scale: 1)
      }
    }
    return sums
  }

  /// Channel means of samples, row-major [samples, channels]: stored ones, else computed.
  func means(
    _ layer: String, _ part: [ProbeSamples.Sample], in session: ReadOnlySession
  ) throws -> [Double] {
    if let key = prefixes[layer] {
      do {
        let rows = try store.read(
          key: key, tier: .pooled, dataset: dataset, positions: part.map(\.position))
        // Rows are [channels, 2]: mean, maximum.
        return stride(from: 0, to: rows.values.count, by: 2).map { Double(rows.values[$0]) }
      } catch let error as WarehouseError where error.cause == .notStored {}
    }
    var means: [Double] = []
    try forEachBatch(part, until: layer, session.checkInterrupted) { _, outputs, _ in
      guard let activation = outputs[layer] else { return }
      means += TCAVRun.summed(activation, scale: 1 / Double(activation.shape.pixels))
    }
    return means
  }

  /// Runs samples in batches; hands over the wanted layers and the last one.
  private func forEachBatch(
    _ part: [ProbeSamples.Sample], until last: String? = nil, _ check: () throws -> Void,
    _ body: (Range<Int>, [String: Activation], Activation) throws -> Void
  ) throws {
    for start in stride(from: 0, to: part.count, by: TCAVRun.batch) {
      try check()
      let range = start..<min(part.count, start + TCAVRun.batch)
      let input = try network.inputs(
        of: part[range].map(\.position), dataset: dataset, in: store)
      var outputs: [String: Activation] = [:]
      var end = input
      try forward.run(input, until: last) { output in
        if layers.contains(output.name) { outputs[output.name] = output.activation }
        end = output.activation
      }
      try body(range, outputs, end)
    }
  }

  /// −∂ cross-entropy / ∂ logit = truth − probability; 0 for samples without a class.
  static func weights(_ logits: Activation, _ truth: [Int?]) -> [Float] {
    let classes = logits.shape.count
    var weights = [Float](repeating: 0, count: logits.values.count)
    for (sample, truth) in truth.enumerated() {
      guard let truth else { continue }
      let own = logits.values[sample * classes..<(sample + 1) * classes].map(Double.init)
      let largest = own.max() ?? 0
      let shares = own.map { exp($0 - largest) }
      let sum = shares.reduce(0, +)
      for label in 0..<classes {
        weights[sample * classes + label] = Float((label == truth ? 1 : 0) - shares[label] / sum)
      }
    }
    return weights
  }

  /// Sums over positions, times a factor, row-major [samples, channels].
  private static func summed(_ activation: Activation, scale: Double) -> [Double] {
    let (channels, pixels) = (activation.shape.channels, activation.shape.pixels)
    var sums = [Double](repeating: 0, count: activation.samples * channels)
    for sample in 0..<activation.samples {
      for pixel in 0..<pixels {
        let start = (sample * pixels + pixel) * channels
        for channel in 0..<channels {
          sums[sample * channels + channel] += Double(activation.values[start + channel])
        }
      }
    }
    return scale == 1 ? sums : sums.map { $0 * scale }
  }
}
