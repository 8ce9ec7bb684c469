import Compute
import SQLite
import Warehouse

/// The segment files of one variant and block, and the arrays in them.
final class BlockOutput {
  /// Which of the block's works this is.
  let index: Int

  private let store: Store
  private let dataset: StoredDataset
  private let block: Range<Int>
  private let work: VariantWork
  private let threads: Int
  private let codec: ArrayCodec
  private var pooled: [Int: ArrayWriter] = [:]
  private var bits: [Int: ArrayWriter] = [:]
  private var maps: [Int: ArrayWriter] = [:]
  private var candidates: [Int: NamedArrayWriter] = [:]
  private var thresholds: [Int: [Float]] = [:]
  private var bounds: [Int: [Float]] = [:]
  private var newBounds: Set<Int> = []

  init(
    store: Store, dataset: StoredDataset, block: Range<Int>, work: VariantWork, index: Int,
    threads: Int, codec: ArrayCodec
  ) throws {
    self.store = store
    self.codec = codec
    self.dataset = dataset
    self.block = block
    self.work = work
    self.index = index
    self.threads = threads
    for (ordinal, need) in work.needs where need.bits {
      let key = work.variant.layers[ordinal].key
      if let found = try store.thresholds(key: key, dataset: dataset.id) {
        thresholds[ordinal] = found.values
      } else if let known = try store.bounds(key: key, dataset: dataset.id) {
        bounds[ordinal] = known.values
      } else {
        newBounds.insert(ordinal)
      }
    }
  }

  /// Opens the files that are needed around `body`; `commit` goes with the last rows.
  func open(commit: () throws -> Void, around body: () throws -> Void) throws {
    let searching = work.needs.filter { $0.value.bits && thresholds[$0.key] == nil }.keys.sorted()
    let kept = work.needs.filter {
      $0.value != VariantWork.Need(bits: true) || !searching.contains($0.key)
    }
    guard !kept.isEmpty || !searching.isEmpty else {
      // Predictions alone need no file.
      try body()
      return try store.catalogue.transaction(commit)
    }
    // The arrays come first, the candidates within: whichever is there carries the commit.
    func inner() throws {
      guard !searching.isEmpty else { return try body() }
      try writeCandidates(searching, commit: kept.isEmpty ? commit : {}, around: body)
    }
    guard !kept.isEmpty else { return try inner() }
    let ordinals = kept.keys.sorted()
    try store.writeSegment(
      description(last: ordinals[ordinals.count - 1], part: part(of: ordinals)),
      threads: threads,
      body: { writer in
        for ordinal in ordinals { try self.makeArrays(of: ordinal, in: writer) }
        try inner()
      }, commit: { _ in try commit() })
  }

  /// Writes a batch of a layer's activation, from row `row` of the block on.
  func write(
    _ activation: Activation, of ordinal: Int, _ need: VariantWork.Need, at row: Int,
    _ quantile: Double
  ) throws {
    let layer = work.variant.layers[ordinal]
    let known = need.bits ? thresholds[ordinal] : nil
    let found: (pooled: [Float], bits: [UInt8])
    if need.bits, known == nil {
      let bounds = self.bounds(of: ordinal, for: activation, quantile)
      let marks = activation.marks(above: bounds, threads: threads)
      try check(marks.pooled, layer)
      try Candidates.write(marks.marked, at: row, to: candidates[ordinal])
      found = (marks.pooled, [])
    } else {
      found = activation.tiers(pooled: need.pooled, bitsAbove: known, threads: threads)
      try check(found.pooled, layer)
    }
    if need.pooled { try pooled[ordinal]?.write(found.pooled, at: row) }
    if known != nil { try bits[ordinal]?.write(bytes: found.bits, at: row) }
    if need.maps != nil { try maps[ordinal]?.write(activation.channelsFirst(), at: row) }
  }

  private func check(_ pooled: [Float], _ layer: Variant.Layer) throws {
    guard pooled.allSatisfy(\.isFinite) else {
      throw IngestError(
        "`\(work.variant.name)` gives values at `\(layer.name)` that are not finite",
        advice: "its weights are damaged or its training diverged: train it anew")
    }
  }

  /// What values have to be above to be marked, while thresholds are not known: below them.
  private func bounds(
    of ordinal: Int, for activation: Activation, _ quantile: Double
  ) -> [Float] {
    if let known = bounds[ordinal] { return known }
    let found = activation.provisionalBounds(
      quantile: quantile, isNonNegative: work.variant.isNonNegative(ordinal), threads: threads)
    bounds[ordinal] = found
    return found
  }

  private func makeArrays(of ordinal: Int, in writer: SegmentWriter) throws {
    let layer = work.variant.layers[ordinal]
    guard let need = work.needs[ordinal] else { return }
    if need.pooled {
      pooled[ordinal] = try writer.pooled(
        layer: layer.name, key: layer.key, channels: layer.shape.channels)
    }
    if let format = need.maps {
      maps[ordinal] = try writer.maps(
        layer: layer.name, key: layer.key, shape: layer.mapShape,
        as: format.type, codec: codec)
    }
    if need.bits, let thresholds = thresholds[ordinal] {
      bits[ordinal] = try writer.bits(
        layer: layer.name, key: layer.key, shape: layer.mapShape, thresholds: thresholds)
    }
  }

  private func writeCandidates(
    _ ordinals: [Int], commit: () throws -> Void, around body: () throws -> Void
  ) throws {
    try store.writeSegment(
      description(last: ordinals[ordinals.count - 1], part: "candidates"),
      threads: threads,
      body: { writer in
        for ordinal in ordinals {
          let layer = self.work.variant.layers[ordinal]
          self.candidates[ordinal] = try writer.candidates(layer: layer.name, key: layer.key)
        }
        try body()
      },
      commit: { _ in
        for ordinal in ordinals where self.newBounds.contains(ordinal) {
          guard let values = self.bounds[ordinal] else { continue }
          try self.store.saveBounds(
            ProvisionalBounds(attempt: 1, values: values),
            key: self.work.variant.layers[ordinal].key, dataset: self.dataset.id)
        }
        try commit()
      })
  }

  /// What a file of arrays holds; bits whose thresholds are not known yet go elsewhere.
  private func part(of ordinals: [Int]) -> String {
    let needs = ordinals.compactMap { work.needs[$0] }
    let hasBits = ordinals.contains { work.needs[$0]?.bits == true && thresholds[$0] != nil }
    return (needs.contains { $0.pooled } ? "pooled" : "") + (hasBits ? "bits" : "")
      + (needs.contains { $0.maps != nil } ? "maps" : "")
  }

  private func description(last ordinal: Int, part: String) -> SegmentDescription {
    .activations(
      dataset: dataset, variant: work.variant, key: work.variant.layers[ordinal].key,
      block: block, part: part)
  }
}

extension SegmentDescription {
  /// A segment of layers' arrays over a block.
  static func activations(
    dataset: StoredDataset, variant: Variant, key: String, block: Range<Int>, part: String
  ) -> SegmentDescription {
    SegmentDescription(
      name: .arrays(
        dataset: dataset.name, model: variant.name, key: key, first: block.lowerBound, part: part),
      dataset: dataset.id, first: block.lowerBound, count: block.count, model: variant.name,
      key: key, numerics: variant.numericsName, kernel: variant.kernel)
  }
}

extension Variant.Layer {
  /// The shape as the warehouse spells it.
  var mapShape: MapShape {
    MapShape(channels: shape.channels, height: shape.height, width: shape.width)
  }
}
