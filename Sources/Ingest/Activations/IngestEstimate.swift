import Compute
import Foundation
import Warehouse

/// What an ingest would do for one variant over one data set, and what it would cost.
public struct IngestEstimate: Sendable, Equatable {
  /// The data set's name.
  public let dataset: String
  /// The variant's name.
  public let model: String
  /// Samples that would pass the network.
  public let samples: Int
  /// The layer after which computation starts, `input`, or empty where nothing is missing.
  public let startsAfter: String
  /// The variant that the layers up to there are shared with; nil where none is.
  public let sharedWith: String?
  /// Layers that would be computed.
  public let layers: Int
  /// Multiply-accumulates in 10⁹, over all samples.
  public let gigaMACs: Double
  /// Those that sharing saves, in 10⁹, over all samples.
  public let savedGigaMACs: Double
  /// Bytes of the arrays that would be stored, before compression.
  public let bytes: Int
  /// Estimated seconds of computation on this machine; nil where it was not measured.
  public let seconds: Double?
  /// The pass over the data set in which it would run, from 1; nil where nothing is missing.
  public let pass: Int?
  /// Bytes of its weights in memory, less those of layers that it shares.
  public let weightBytes: Int
}

extension ActivationIngest {
  /// What `run` would do, without doing it.
  ///
  /// - Parameter measuresSpeed: Whether to time a few batches of the first network, so that
  ///   seconds can be told.
  /// - Returns: One estimate a data set and variant.
  /// - Throws: `WarehouseError` if the warehouse cannot be read.
  public func estimates(measuresSpeed: Bool = true) throws -> [IngestEstimate] {
    let rate = measuresSpeed ? try measuredRate() : nil
    return try datasets.flatMap { dataset in
      try estimates(over: dataset, plan(for: dataset), rate)
    }
  }

  private struct Totals {
    var samples = 0
    var starts: [String: Int] = [:]
    var sharedWith: String?
    var layers = 0
    var macs = 0
    var saved = 0
    var bytes = 0
    var pass: Int?
    var weights = 0
  }

  private func estimates(
    over dataset: StoredDataset, _ plan: IngestPlan, _ rate: Double?
  ) throws -> [IngestEstimate] {
    var totals: [String: Totals] = [:]
    let costs = Dictionary(
      try variants.map { ($0.name, WorkCost(of: try $0.graph)) }, uniquingKeysWith: { a, _ in a })
    let passes = try IngestPasses(plan: plan, memory: options.memory).plans()
    for block in Blocks(store, dataset).all {
      var stored: Set<StoredKey> = []
      for (number, pass) in passes.enumerated() {
        let works = try pass.work(for: block, beside: stored)
        for (index, work) in works.enumerated() {
          guard let cost = costs[work.variant.name] else { continue }
          var total = totals[work.variant.name] ?? Totals()
          total.samples += block.count
          let start = work.start.layer.map { work.variant.layers[$0].name } ?? "input"
          total.starts[start, default: 0] += block.count
          if case .memory(let ordinal) = work.start {
            let key = work.variant.layers[ordinal].key
            total.sharedWith =
              works[..<index].first { earlier in
                earlier.variant.layers.contains { $0.key == key }
              }?.variant.name
          }
          total.layers = max(total.layers, work.computed.count)
          total.macs += cost.sum(work.computed) * block.count
          total.saved += cost.sum(0..<work.computed.lowerBound) * block.count
          total.bytes += bytes(of: work) * block.count
          total.pass = total.pass ?? number + 1
          total.weights = max(total.weights, try work.weightBytes)
          totals[work.variant.name] = total
          stored.formUnion(work.stores)
        }
      }
    }
    return variants.map { variant in
      let total = totals[variant.name] ?? Totals()
      let start = total.starts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? ""
      return IngestEstimate(
        dataset: dataset.name, model: variant.name, samples: total.samples, startsAfter: start,
        sharedWith: total.sharedWith, layers: total.layers, gigaMACs: Double(total.macs) / 1e9,
        savedGigaMACs: Double(total.saved) / 1e9, bytes: total.bytes,
        seconds: rate.map { Double(total.macs) / $0 }, pass: total.pass,
        weightBytes: total.weights)
    }
  }

  /// Bytes that a sample adds, before compression.
  private func bytes(of work: VariantWork) -> Int {
    work.needs.reduce(0) { sum, entry in
      let (layer, need) = (work.variant.layers[entry.key], entry.value)
      return sum + (need.pooled ? layer.shape.channels * 8 : 0)
        + (need.bits ? layer.shape.channels * layer.mapShape.bitBytes : 0)
        + (need.maps?.bytes(layer.mapShape) ?? 0)
    }
  }

  /// Multiply-accumulates a second of the first network, from a few passes over blank inputs.
  private func measuredRate() throws -> Double {
    let variant = variants[0]
    let network = try NetworkCache(store: store, models: models, threads: options.threads)
      .network(variant)
    let shape = try variant.graph.input
    let batch = Blocks.batchSize(for: try variant.graph)
    let input = Activation(
      samples: batch, shape: shape, values: [Float](repeating: 0.1, count: batch * shape.count))
    let cost = try WorkCost(of: variant.graph).sum(0..<variant.layers.count) * batch
    try network.run(input) { _ in }
    let started = Date()
    var passes = 0
    repeat {
      try network.run(input) { _ in }
      passes += 1
    } while Date().timeIntervalSince(started) < 0.3
    return Double(cost * passes) / Date().timeIntervalSince(started)
  }
}

/// Multiply-accumulates of each named layer of a network, for one sample.
struct WorkCost {
  private let costs: [Int]

  init(of graph: Graph) {
    var costs: [Int] = []
    var pending = 0
    for (node, shape) in zip(graph.nodes, graph.shapes) {
      let input = graph.shape(of: node.inputs[0]) ?? graph.input
      switch node.operation {
      case .convolution(let outputs, let kernel, _, _, let groups):
        pending +=
          outputs * input.channels / groups * kernel.height * kernel.width * shape.pixels
      case .dense(let outputs): pending += outputs * input.count
      default: break
      }
      if node.isLayer {
        costs.append(pending)
        pending = 0
      }
    }
    self.costs = costs
  }

  /// The sum over a range of layers.
  func sum(_ layers: Range<Int>) -> Int { costs[layers].reduce(0, +) }
}
