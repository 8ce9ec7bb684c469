import Compute
import Foundation
import SQLite
import Synchronization
import Testing
import Warehouse

@testable import Ingest

@Suite("Ingest of activations") struct ActivationIngestTests {
  private func ingest(
    _ store: Store, keep: KeepOptions = KeepOptions(), models: [String]? = nil,
    monitor: Monitor = Monitor()
  ) throws -> IngestSummary {
    try ActivationIngest(
      store: store, options: IngestOptions(models: models, keep: keep, threads: 2),
      monitor: monitor
    ).run()
  }

  @Test("stored tiers and predictions equal a plain forward pass; thresholds equal a full sort")
  func tiers() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    let keep = KeepOptions(bits: true, maps: .f32, layers: ["conv3_2", "conv5_3"])
    let summary = try ingest(store, keep: keep)
    #expect(summary.pictures == 70)
    let dataset = try store.dataset(named: "noise")
    for model in try store.models() {
      let variant = try Variant(model)
      let network = try ForwardPass(graph: variant.graph, parameters: store.parameters(of: model))
      let inputs = try store.readBytes(
        key: variant.inputKey, tier: .inputs, dataset: dataset.id, positions: 0..<70)
      let input = variant.preprocessing.normalise(inputs.values, samples: 70)
      try network.run(input) { layer in
        let key = variant.layers[layer.ordinal].key
        let pooled = try store.read(
          key: key, tier: .pooled, dataset: dataset.id, positions: 0..<70)
        #expect(pooled.values == layer.activation.pooled)
        if ["conv3_2", "conv5_3"].contains(layer.name) {
          let maps = try store.read(key: key, tier: .maps, dataset: dataset.id, positions: 0..<70)
          #expect(maps.values == layer.activation.channelsFirst())
          try checkBits(of: variant.layers[layer.ordinal], layer.activation, store, dataset)
        }
        if layer.name == "logits" {
          let expected = Softmax.probabilities(layer.activation.values, classes: 8)
          let rows = try store.catalogue.rows(
            "SELECT p.probabilities FROM prediction p JOIN sample s ON s.id = p.sample"
              + " WHERE p.model = ? ORDER BY s.position", model.id)
          let stored = rows.flatMap { row -> [Float] in
            let text = row[0].string ?? ""
            return (try? JSONDecoder().decode([Float].self, from: Data(text.utf8))) ?? []
          }
          #expect(stored == expected)
        }
      }
    }
  }

  /// Thresholds by the definition, over the train split, and the bits that follow.
  private func checkBits(
    of layer: Variant.Layer, _ activation: Activation, _ store: Store, _ dataset: StoredDataset
  ) throws {
    let samples = try store.samples(of: dataset.id, positions: 0..<70)
    let positions = layer.positions
    var expected: [Float] = []
    for channel in 0..<layer.shape.channels {
      let values = samples.filter { $0.split == "train" }.flatMap { sample in
        (0..<positions).map {
          activation.values[(sample.position * positions + $0) * layer.shape.channels + channel]
        }
      }.sorted()
      let rank = Int((Double(values.count) * 0.995).rounded(.up))
      expected.append(BFloat16Code(roundingUp: values[rank - 1]).value)
    }
    let found = try #require(try store.thresholds(key: layer.key, dataset: dataset.id))
    #expect(found.values == expected)
    let bits = try store.readBytes(
      key: layer.key, tier: .bits, dataset: dataset.id, positions: 0..<70)
    #expect(bits.values == activation.bits(above: expected))
  }

  @Test("a second run does nothing, and prefixes are computed once")
  func once() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    let plan = try ActivationIngest(store: store, options: IngestOptions())
      .plan(for: store.dataset(named: "noise"))
    let works = try plan.work(for: 0..<70)
    #expect(works.map(\.variant.name) == ["base", "head", "deep"])
    #expect(works.map(\.start) == [.inputs, .memory(17), .memory(13)])
    let first = try ingest(store)
    #expect(first.forwardPasses == 3 * 70)
    let second = try ingest(store)
    #expect(second.forwardPasses == 0 && second.pictures == 0)
    // `deep` shares 14 of its 21 layers, `head` 18: 21 + 7 + 3 keys in all.
    #expect(
      try store.catalogue.value(
        "SELECT count(DISTINCT key) FROM stored_array WHERE tier = 'pooled'") == .integer(31))
    #expect(
      try store.catalogue.value("SELECT count(*) FROM stored_array WHERE tier = 'candidates'")
        == .integer(0))
    #expect(try store.catalogue.value("SELECT count(*) FROM provisional_bound") == .integer(0))
  }

  @Test("predictions that are gone come back from the stored logits")
  func predictionsAlone() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    _ = try ingest(store)
    let before = try store.catalogue.rows("SELECT * FROM probabilities ORDER BY 1, 2, 4")
    try store.catalogue.run("DELETE FROM prediction")
    let plan = try ActivationIngest(store: store, options: IngestOptions())
      .plan(for: store.dataset(named: "noise"))
    #expect(try plan.work(for: 0..<70).allSatisfy { $0.computed.isEmpty })
    _ = try ingest(store)
    #expect(try store.catalogue.rows("SELECT * FROM probabilities ORDER BY 1, 2, 4") == before)
  }

  @Test("stopped anywhere and resumed, the arrays are those of an uninterrupted run")
  func resumed() throws {
    let whole = try SmallWarehouse(samples: 300)
    let wholeStore = try whole.open()
    _ = try ingest(wholeStore)
    let broken = try SmallWarehouse(samples: 300)
    for stopAfter in [1, 7, 12, 25] {
      let store = try broken.open()
      let count = Mutex(0)
      let monitor = Monitor(isCancelled: {
        count.withLock {
          $0 += 1
          return $0 > stopAfter
        }
      })
      #expect(throws: CancellationError.self) { try ingest(store, monitor: monitor) }
      try store.close()
    }
    let store = try broken.open()
    _ = try ingest(store)
    #expect(try store.storedContents() == wholeStore.storedContents())
  }

  @Test("a provisional bound that proves too high is lowered, and the layer runs again")
  func boundTooHigh() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    let dataset = try store.dataset(named: "noise")
    let variant = try Variant(store.model(named: "base"))
    let ordinal = try #require(variant.ordinal(of: "conv2_2"))
    let layer = variant.layers[ordinal]
    try store.saveBounds(
      ProvisionalBounds(attempt: 1, values: [Float](repeating: 1e30, count: layer.shape.channels)),
      key: layer.key, dataset: dataset.id)
    _ = try ingest(store)
    let other = try SmallWarehouse()
    let otherStore = try other.open()
    _ = try ingest(otherStore)
    #expect(try store.storedContents() == otherStore.storedContents())
  }

  @Test("unknown models, data sets and layers are named")
  func unknown() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    #expect(throws: WarehouseError.self) {
      try ActivationIngest(store: store, options: IngestOptions(models: ["bas"]))
    }
    #expect(throws: WarehouseError.self) {
      try ActivationIngest(store: store, options: IngestOptions(datasets: ["nois"]))
    }
    #expect(throws: IngestError.self) {
      try ActivationIngest(
        store: store, options: IngestOptions(keep: KeepOptions(layers: ["conv9_9"])))
    }
    #expect(throws: IngestError.self) { try KeepOptions(tiers: ["bit"], layers: nil) }
  }

  @Test("masks and landmarks are stored in input pixels")
  func masks() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    _ = try ingest(store)
    let variant = try Variant(store.model(named: "base"))
    let dataset = try store.dataset(named: "noise")
    let masks = try store.readMasks(
      inputKey: variant.inputKey, dataset: dataset.id, au: 12, kind: .mask, positions: 0..<70)
    #expect(masks.positions == Array(stride(from: 0, to: 70, by: 3)))
    #expect(masks.values.reduce(0) { $0 + Int($1) } == 24 * 8 * 4)
    #expect(try store.catalogue.value("SELECT count(*) FROM au_masks") == .integer(24))
    #expect(try store.catalogue.value("SELECT count(*) FROM au_regions") == .integer(46))
  }
}

extension Activation {
  var pooled: [Float] { tiers(pooled: true, bitsAbove: nil, threads: 1).pooled }

  func bits(above thresholds: [Float]) -> [UInt8] {
    tiers(pooled: false, bitsAbove: thresholds, threads: 1).bits
  }
}
