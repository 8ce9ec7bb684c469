import Compute
import SQLite
import Warehouse

/// Ends the search for the thresholds of a data set: from candidates to thresholds to bits.
struct ThresholdSearch {
  let store: Store
  let dataset: StoredDataset
  /// Key → a variant that has it and the layer's ordinal there.
  let layers: [String: (variant: Variant, ordinal: Int)]
  let quantile: Double
  let threads: Int
  let monitor: Monitor
  /// Where candidates are worked on while the next ones are read.
  private let side: SideThread

  init(
    store: Store, dataset: StoredDataset, layers: [String: (variant: Variant, ordinal: Int)],
    quantile: Double, threads: Int, monitor: Monitor
  ) {
    self.store = store
    self.dataset = dataset
    self.layers = layers
    self.quantile = quantile
    self.threads = threads
    self.monitor = monitor
    side = SideThread(threads: threads)
  }

  /// What is left to do after a search.
  struct Outcome {
    /// Layers whose thresholds were found.
    var found = 0
    /// Layers that must run again, since their bound was too high.
    var again = 0
  }

  /// Finds the thresholds of every layer whose candidates are complete over the train split, and
  /// writes the bits of every block that waits for them.
  func run() throws -> Outcome {
    var outcome = Outcome()
    let keys = try store.catalogue.rows(
      """
      SELECT DISTINCT key FROM stored_array WHERE tier = 'candidates' AND dataset = ? ORDER BY key
      """, dataset.id
    ).compactMap { $0[0].string }
    guard !keys.isEmpty else { return outcome }
    let isTrain = try trainPositions()
    var again: [(key: String, lowest: [Float])] = []
    for (index, key) in keys.enumerated() {
      try monitor.check()
      monitor.report("thresholds on \(dataset.name)", index, of: keys.count, "layers")
      guard try store.thresholds(key: key, dataset: dataset.id) == nil,
        try isComplete(key, isTrain), let layer = layers[key]
      else { continue }
      if try find(key, layer.variant, layer.ordinal, isTrain) {
        outcome.found += 1
      } else {
        again.append((key, lowestBounds(of: layer.variant, layer.ordinal)))
      }
    }
    try forget(again)
    outcome.again = again.count
    try writeBits()
    return outcome
  }

  private func trainPositions() throws -> [Bool] {
    var isTrain = [Bool](repeating: false, count: dataset.count)
    for row in try store.catalogue.rows(
      "SELECT position FROM sample WHERE dataset = ? AND split = 'train'", dataset.id)
    {
      if let position = row[0].int, isTrain.indices.contains(position) { isTrain[position] = true }
    }
    return isTrain
  }

  private func isComplete(_ key: String, _ isTrain: [Bool]) throws -> Bool {
    try Blocks(store, dataset).missing(key: key, tier: .candidates)
      .allSatisfy { !isTrain[$0].contains(true) }
  }

  /// Finds and stores the thresholds of a layer; false if its bound was too high.
  private func find(
    _ key: String, _ variant: Variant, _ ordinal: Int, _ isTrain: [Bool]
  ) throws -> Bool {
    let layer = variant.layers[ordinal]
    let values = isTrain.count { $0 } * layer.positions
    guard let bounds = try store.bounds(key: key, dataset: dataset.id),
      bounds.values.count == layer.shape.channels
    else { return false }
    let isNonNegative = variant.isNonNegative(ordinal)
    var thresholds: [Float] = []
    for first in stride(from: 0, to: layer.shape.channels, by: ThresholdFinder.channelsPerPass) {
      let channels = first..<min(first + ThresholdFinder.channelsPerPass, layer.shape.channels)
      let finder = try histogram(
        of: channels, above: bounds.values[channels].min() ?? 0, key, layer, isTrain)
      for channel in channels {
        let outcome = finder.threshold(
          channel: channel, count: values, quantile: quantile, bound: bounds.values[channel],
          floor: isNonNegative && bounds.values[channel] == 0 ? 0 : nil)
        guard case .found(let value) = outcome else { return false }
        thresholds.append(value)
      }
    }
    try store.catalogue.transaction {
      try store.saveThresholds(
        Thresholds(quantile: quantile, count: values, values: thresholds), key: key,
        dataset: dataset.id)
      try store.removeBounds(key: key, dataset: dataset.id)
    }
    return true
  }

  private func histogram(
    of channels: Range<Int>, above bound: Float, _ key: String, _ layer: Variant.Layer,
    _ isTrain: [Bool]
  ) throws -> ThresholdFinder {
    let finder = ThresholdFinder(channels: channels, above: bound)
    try side.whole {
      try store.forEachSegment(key: key, tier: .candidates, dataset: dataset.id) { block, reader in
        try Candidates.forEachBatch(reader, of: layer) { row, marked in
          let first = block.lowerBound + row
          let isCounted = (first..<first + marked.samples).map {
            isTrain.indices.contains($0) && isTrain[$0]
          }
          let threads = threads
          try side.run { finder.add(marked, of: isCounted, threads: threads) }
        }
      }
    }
    return finder
  }

  /// As low as values go: then every statistic lies above, or is the floor itself.
  private func lowestBounds(of variant: Variant, _ ordinal: Int) -> [Float] {
    [Float](
      repeating: variant.isNonNegative(ordinal) ? 0 : -.infinity,
      count: variant.layers[ordinal].shape.channels)
  }

  /// Lowers the bounds of the layers that must run again and forgets their candidates, all at
  /// once: stopped in between, the next run would gather them in other segments.
  private func forget(_ layers: [(key: String, lowest: [Float])]) throws {
    guard !layers.isEmpty else { return }
    try store.removeArrays(
      tier: .candidates, keys: layers.map(\.key), dataset: dataset.id
    ) {
      for layer in layers {
        try store.saveBounds(
          ProvisionalBounds(attempt: 2, values: layer.lowest), key: layer.key,
          dataset: dataset.id)
      }
    }
  }

  /// Writes the bits of each segment of candidates whose thresholds are known, in its place.
  private func writeBits() throws {
    let rows = try store.catalogue.rows(
      """
      SELECT a.segment, a.first, s.count, a.key FROM stored_array a
      JOIN segment s ON s.id = a.segment
      WHERE a.tier = 'candidates' AND a.dataset = ? ORDER BY a.first, a.segment, a.key
      """, dataset.id)
    let segments = Dictionary(grouping: rows) { $0[0].int ?? 0 }
    for (done, segment) in segments.keys.sorted().enumerated() {
      try monitor.check()
      monitor.report("bits of \(dataset.name)", done, of: segments.count, "segments")
      guard let rows = segments[segment], let first = rows[0][1].int, let count = rows[0][2].int
      else { continue }
      let keys = rows.compactMap { $0[3].string }
      var known: [(key: String, thresholds: [Float])] = []
      for key in keys {
        guard let thresholds = try store.thresholds(key: key, dataset: dataset.id) else { continue }
        known.append((key, thresholds.values))
      }
      guard known.count == keys.count else { continue }
      try writeBits(Int64(segment), first..<first + count, known)
    }
  }

  private func writeBits(
    _ segment: Int64, _ block: Range<Int>, _ known: [(key: String, thresholds: [Float])]
  ) throws {
    let found = known.compactMap { entry in layers[entry.key].map { (entry, $0) } }
      .sorted { $0.1.ordinal < $1.1.ordinal }
    guard let last = found.last, found.count == known.count else { return }
    let description = SegmentDescription.activations(
      dataset: dataset, variant: last.1.variant, key: last.0.key, block: block, part: "bits")
    try store.writeSegment(description, replacing: [segment], threads: threads) { writer in
      for (entry, place) in found {
        let layer = place.variant.layers[place.ordinal]
        let array = try writer.bits(
          layer: layer.name, key: entry.key, shape: layer.mapShape, thresholds: entry.thresholds)
        let codes = entry.thresholds.map { BFloat16Code(roundingUp: $0).rawValue }
        try side.whole {
          try store.forEachSegment(
            key: entry.key, tier: .candidates, dataset: dataset.id, touching: block
          ) { _, reader in
            try Candidates.forEachBatch(reader, of: layer) { row, marked in
              let threads = threads
              try side.run {
                try array.write(bytes: marked.bits(above: codes, threads: threads), at: row)
              }
            }
          }
        }
      }
    }
  }
}
