import Compute
import Foundation
import SQLite
import Warehouse

/// Runs the missing work of one block: batch by batch through the variants, each layer's tiers
/// into segment files, predictions into the catalogue.
final class BlockRun {
  private let store: Store
  private let dataset: StoredDataset
  private let block: Range<Int>
  private let works: [VariantWork]
  private let keep: KeepOptions
  private let networks: NetworkCache
  private let sampleIDs: [Int64]
  private let batchSize: Int
  /// Where layers are packed and written.
  private let side: SideThread
  /// Keys that a later variant of the pass starts from.
  private let shared: Set<String>
  private var predictions: [[PredictionRow]]

  init(
    store: Store, dataset: StoredDataset, block: Range<Int>, works: [VariantWork],
    keep: KeepOptions, networks: NetworkCache
  ) throws {
    self.store = store
    self.dataset = dataset
    self.block = block
    self.works = works
    self.keep = keep
    self.networks = networks
    side = SideThread(threads: networks.threads)
    sampleIDs = try store.samples(of: dataset.id, positions: block).map(\.id)
    shared = Set(
      works.compactMap { work in
        if case .memory(let ordinal) = work.start { work.variant.layers[ordinal].key } else { nil }
      })
    batchSize = try works.map { Blocks.batchSize(for: try $0.variant.graph) }.min() ?? 1
    predictions = works.map { _ in [] }
  }

  /// Runs the block; `progress` is told of how many samples a work was done.
  func run(monitor: Monitor, progress: (VariantWork, Int) -> Void) throws {
    let outputs = try works.enumerated().map { index, work in
      try BlockOutput(
        store: store, dataset: dataset, block: block, work: work, index: index,
        threads: networks.threads, codec: keep.codec)
    }
    try openSegments(of: outputs[...]) {
      // No file may close while something is written to it.
      try side.whole {
        for first in stride(from: block.lowerBound, to: block.upperBound, by: batchSize) {
          let batch = first..<min(first + batchSize, block.upperBound)
          var memory: [String: Activation] = [:]
          for (index, work) in works.enumerated() {
            try monitor.check()
            try run(work, batch, outputs[index], &memory)
            progress(work, batch.count)
          }
        }
      }
    }
  }

  private func run(
    _ work: VariantWork, _ batch: Range<Int>, _ output: BlockOutput,
    _ memory: inout [String: Activation]
  ) throws {
    let variant = work.variant
    let row = batch.lowerBound - block.lowerBound
    let input = try input(of: work, batch, memory)
    guard !work.computed.isEmpty else {
      // The head itself was at hand.
      return try predict(work, input, batch, output.index)
    }
    try networks.network(variant, after: work.start.layer).run(
      input, after: work.start.layer.map { variant.layers[$0].name },
      until: variant.layers[work.last].name, only: wanted(of: work)
    ) { layer in
      let ordinal = layer.ordinal
      let key = variant.layers[ordinal].key
      if shared.contains(key) { memory[key] = layer.activation }
      if let need = work.needs[ordinal] {
        let (activation, quantile) = (layer.activation, keep.quantile)
        try side.run { try output.write(activation, of: ordinal, need, at: row, quantile) }
      }
      if work.needsPredictions, ordinal == variant.layers.count - 1 {
        try predict(work, layer.activation, batch, output.index)
      }
    }
  }

  /// The layers of which something is kept.
  private func wanted(of work: VariantWork) -> Set<String> {
    let layers = work.variant.layers
    return Set(
      work.computed.filter {
        work.needs[$0] != nil || shared.contains(layers[$0].key)
          || (work.needsPredictions && $0 == layers.count - 1)
      }.map { layers[$0].name })
  }

  private func input(
    of work: VariantWork, _ batch: Range<Int>, _ memory: [String: Activation]
  ) throws -> Activation {
    let variant = work.variant
    switch work.start {
    case .memory(let ordinal):
      if let activation = memory[variant.layers[ordinal].key] { return activation }
      throw IngestError(
        "`\(variant.layers[ordinal].name)` of `\(variant.name)` was not computed as planned",
        advice: "run the ingest again")
    case .stored(let ordinal, let tier):
      let layer = variant.layers[ordinal]
      return try StoredActivation.read(
        layer, tier: tier, dataset: dataset.id, positions: Array(batch), from: store)
    case .inputs:
      let rows = try store.readBytes(
        key: variant.inputKey, tier: .inputs, dataset: dataset.id, positions: batch)
      return variant.preprocessing.normalise(rows.values, samples: batch.count)
    }
  }

  private func predict(
    _ work: VariantWork, _ logits: Activation, _ batch: Range<Int>, _ index: Int
  ) throws {
    let classes = work.variant.classes.count
    let probabilities = Softmax.probabilities(logits.values, classes: classes)
    guard probabilities.allSatisfy(\.isFinite) else {
      throw IngestError(
        "`\(work.variant.name)` gives no finite probabilities on `\(dataset.name)`",
        advice: "its weights are damaged or its training diverged: train it anew")
    }
    for (offset, position) in batch.enumerated() {
      predictions[index].append(
        PredictionRow(
          sample: sampleIDs[position - block.lowerBound],
          probabilities: Array(probabilities[offset * classes..<(offset + 1) * classes])))
    }
  }

  /// Opens every segment file of the block, one within the other, around `body`; each is
  /// committed as its level ends.
  private func openSegments(
    of outputs: ArraySlice<BlockOutput>, _ body: () throws -> Void
  ) throws {
    guard let output = outputs.first else { return try body() }
    try output.open(
      commit: {
        let work = self.works[output.index]
        guard work.needsPredictions else { return }
        try self.store.replacePredictions(
          self.predictions[output.index], of: work.variant, dataset: self.dataset,
          block: self.block)
      },
      around: { try self.openSegments(of: outputs.dropFirst(), body) })
  }
}

extension Store {
  /// Puts the predictions of a block in the place of those that are there.
  func replacePredictions(
    _ rows: [PredictionRow], of variant: Variant, dataset: StoredDataset, block: Range<Int>
  ) throws {
    try catalogue.run(
      """
      DELETE FROM prediction WHERE model = ? AND sample IN
        (SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ?)
      """, variant.id, dataset.id, block.lowerBound, block.upperBound)
    try insertPredictions(rows, model: variant.id, classes: variant.classes)
  }
}
