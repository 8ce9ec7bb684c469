import Compute
import Foundation
import SQLite
import Warehouse

extension ActivationImport {
  /// Stores what is missing, block by block, and finds the thresholds.
  func fill(
    _ file: ActivationFile, _ rows: [Int], _ variant: Variant, _ dataset: StoredDataset
  ) throws -> Summary {
    try InputIngest(
      store: store, geometry: variant.preprocessing.geometry, dataset: dataset,
      threads: options.threads, monitor: monitor
    ).run()
    let trains = try store.catalogue.row(
      "SELECT 1 FROM sample WHERE dataset = ? AND split = 'train' LIMIT 1", dataset.id)
    if trains == nil, options.keep.bits {
      monitor.message(
        "`\(dataset.name)` has no train split to take thresholds from: its bits are not kept")
    }
    let plan = IngestPlan(
      store: store, dataset: dataset, variants: [variant], keep: options.keep,
      hasTrainSplit: trains != nil)
    let layers = Dictionary(
      variant.layers.enumerated().map { ($1.key, (variant: variant, ordinal: $0)) },
      uniquingKeysWith: { a, _ in a })
    let search = ThresholdSearch(
      store: store, dataset: dataset, layers: layers, quantile: options.keep.quantile,
      threads: options.threads, monitor: monitor)
    var summary = Summary(layers: variant.layers.count)
    // Once; and once more for layers whose provisional bound proved too high.
    for _ in 0..<2 {
      summary.samples = max(summary.samples, try pass(file, rows, plan))
      let outcome = try search.run()
      summary.thresholds += outcome.found
      if outcome.again == 0 { break }
    }
    return summary
  }

  /// Stores what is missing of each block; returns the samples in them.
  private func pass(_ file: ActivationFile, _ rows: [Int], _ plan: IngestPlan) throws -> Int {
    let title = "activations of \(plan.dataset.name)"
    var done = 0
    for block in Blocks(store, plan.dataset).all {
      for work in try plan.work(for: block) {
        try write(block, work, file, rows, plan)
        done += block.count
      }
      monitor.report(title, block.upperBound, of: plan.dataset.count, "samples")
    }
    return done
  }

  private func write(
    _ block: Range<Int>, _ work: VariantWork, _ file: ActivationFile, _ rows: [Int],
    _ plan: IngestPlan
  ) throws {
    let variant = work.variant
    let output = try BlockOutput(
      store: store, dataset: plan.dataset, block: block, work: work, index: 0,
      threads: options.threads, codec: plan.keep.codec)
    let head = variant.layers.count - 1
    var predictions: [PredictionRow] = []
    try output.open(
      commit: {
        guard work.needsPredictions else { return }
        try store.replacePredictions(
          predictions, of: variant, dataset: plan.dataset, block: block)
      },
      around: {
        for (ordinal, layer) in variant.layers.enumerated() {
          let predicts = ordinal == head && work.needsPredictions
          guard predicts || work.needs[ordinal] != nil else { continue }
          try file.forEachPiece(
            of: .init(name: layer.name, shape: layer.shape), rows: Array(rows[block])
          ) { first, activation in
            try monitor.check()
            if let need = work.needs[ordinal] {
              try output.write(
                activation, of: ordinal, need, at: first, plan.keep.quantile)
            }
            if predicts {
              let start = block.lowerBound + first
              predictions += try rowsOfPredictions(
                activation, start..<start + activation.samples, variant, plan.dataset)
            }
          }
        }
      })
  }

  private func rowsOfPredictions(
    _ logits: Activation, _ positions: Range<Int>, _ variant: Variant, _ dataset: StoredDataset
  ) throws -> [PredictionRow] {
    let classes = variant.classes.count
    let probabilities = Softmax.probabilities(logits.values, classes: classes)
    return try store.samples(of: dataset.id, positions: positions).enumerated().map { row, sample in
      PredictionRow(
        sample: sample.id,
        probabilities: Array(probabilities[row * classes..<(row + 1) * classes]))
    }
  }
}
