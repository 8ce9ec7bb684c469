import Compute
import SQLite
import Warehouse

/// What one variant has to do for one block of a data set.
struct VariantWork: Sendable {
  /// Where its computation begins.
  enum Start: Sendable, Equatable {
    /// The stored inputs.
    case inputs
    /// A layer that another variant computes in the same pass, by its ordinal.
    case memory(Int)
    /// A layer whose exact values are stored, by its ordinal, and the tier that holds them.
    case stored(Int, Tier)

    /// The ordinal of the layer after which to compute; nil: from the beginning.
    var layer: Int? {
      switch self {
      case .inputs: nil
      case .memory(let ordinal), .stored(let ordinal, _): ordinal
      }
    }
  }

  /// What is to be kept of a layer.
  struct Need: Sendable, Equatable {
    var pooled = false
    var bits = false
    var maps: KeepOptions.MapFormat?

    var isEmpty: Bool { !pooled && !bits && maps == nil }
  }

  let variant: Variant
  let start: Start
  /// The last layer to compute.
  let last: Int
  /// By the layer's ordinal.
  let needs: [Int: Need]
  let needsPredictions: Bool

  /// Layers that are computed.
  var computed: Range<Int> { ((start.layer ?? -1) + 1)..<(last + 1) }

  /// The arrays that it stores.
  var stores: [StoredKey] {
    needs.flatMap { ordinal, need in
      let key = variant.layers[ordinal].key
      return [
        need.pooled ? StoredKey(key: key, tier: .pooled) : nil,
        need.bits ? StoredKey(key: key, tier: .bits) : nil,
        need.maps != nil ? StoredKey(key: key, tier: .maps) : nil,
      ].compactMap { $0 }
    }
  }
}

/// Decides, block by block, what is missing and from where it is cheapest to compute.
struct IngestPlan {
  let store: Store
  let dataset: StoredDataset
  private(set) var variants: [Variant]
  let keep: KeepOptions
  /// Whether bits can be kept: their thresholds come from the train split.
  let hasTrainSplit: Bool
  /// Whether only `keep.maps` are wanted, without the pooled values and predictions that go with
  /// a whole ingest.
  var mapsOnly = false

  /// The same plan for some of the variants.
  func limited(to variants: [Variant]) -> IngestPlan {
    var plan = self
    plan.variants = variants
    return plan
  }

  /// The work that is missing of a block; empty if there is none.
  ///
  /// Each array is computed by the first variant that has its key; the variants after it start
  /// behind what they share.
  ///
  /// - Parameters:
  ///   - block: Positions of the data set.
  ///   - others: Arrays that earlier passes will have stored by then.
  /// - Returns: The work of each variant that has some, in their order.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  func work(for block: Range<Int>, beside others: Set<StoredKey> = []) throws -> [VariantWork] {
    let blocks = Blocks(store, dataset)
    let exact = try exactlyStored(block)
    var claimed = try blocks.stored(block).union(others)
    var inMemory: Set<String> = []
    var works: [VariantWork] = []
    for variant in variants {
      var needs: [Int: VariantWork.Need] = [:]
      for (ordinal, layer) in variant.layers.enumerated() {
        let need = need(of: layer, except: claimed)
        guard !need.isEmpty else { continue }
        needs[ordinal] = need
      }
      let needsPredictions =
        try !mapsOnly && blocks.predictions(block, model: variant.id) < block.count
      guard !needs.isEmpty || needsPredictions else { continue }
      let head = variant.layers.count - 1
      let last = needsPredictions ? head : needs.keys.max() ?? head
      // A layer that is needed itself must be computed; for predictions alone the head may be read.
      let first = needs.keys.min() ?? head + 1
      let start = start(of: variant, before: min(first, head + 1), inMemory, exact)
      let work = VariantWork(
        variant: variant, start: start, last: last, needs: needs,
        needsPredictions: needsPredictions)
      works.append(work)
      claimed.formUnion(work.stores)
      for ordinal in work.computed { inMemory.insert(variant.layers[ordinal].key) }
    }
    return works
  }

  private func need(of layer: Variant.Layer, except claimed: Set<StoredKey>) -> VariantWork.Need {
    func lacks(_ tier: Tier) -> Bool { !claimed.contains(StoredKey(key: layer.key, tier: tier)) }
    let isChosen = keep.layers?.contains(layer.name)
    return VariantWork.Need(
      pooled: !mapsOnly && lacks(.pooled),
      bits: keep.bits && hasTrainSplit && layer.positions > 1
        && isChosen ?? layer.hasBitsByDefault && lacks(.bits) && lacks(.candidates),
      maps: keep.maps != nil && isChosen ?? true && lacks(.maps) ? keep.maps : nil)
  }

  /// The deepest layer before `first` whose exact values are at hand.
  private func start(
    of variant: Variant, before first: Int, _ inMemory: Set<String>, _ exact: [String: Tier]
  ) -> VariantWork.Start {
    for ordinal in stride(from: first - 1, through: 0, by: -1)
    where variant.cuts.contains(ordinal) {
      let layer = variant.layers[ordinal]
      if inMemory.contains(layer.key) { return .memory(ordinal) }
      if let tier = exact[layer.key], tier == .maps || layer.positions == 1 {
        return .stored(ordinal, tier)
      }
    }
    return .inputs
  }

  /// Keys whose float32 values are stored: whole maps, or the means of layers with one position.
  private func exactlyStored(_ block: Range<Int>) throws -> [String: Tier] {
    var exact: [String: Tier] = [:]
    for row in try store.catalogue.rows(
      """
      SELECT key, tier FROM stored_array
      WHERE dataset = ? AND first = ? AND dtype = 'f32' AND tier IN ('maps', 'pooled')
      """, dataset.id, block.lowerBound)
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init) else { continue }
      if exact[key] != .maps { exact[key] = tier }
    }
    return exact
  }
}
