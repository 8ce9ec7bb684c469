import Compute
import Foundation
import HDF5
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Activations of another program") struct ActivationImportTests {
  private static let layers = [("conv2_2", 4), ("pool4", 4), ("fc7", 2), ("logits", 2)]

  /// A warehouse with the model `base` run by Lethe, and what its layers said, by name, in the
  /// order of positions, channels first.
  private final class Origin {
    let small: SmallWarehouse
    let store: Store
    let dataset: StoredDataset
    let variant: Variant
    var values: [String: [Float]] = [:]

    init(samples: Int = 70) throws {
      small = try SmallWarehouse(samples: samples)
      store = try small.open()
      dataset = try store.dataset(named: "noise")
      let model = try store.model(named: "base")
      variant = try Variant(model)
      let options = IngestOptions(models: ["base"], keep: KeepOptions(maps: .f32), threads: 2)
      _ = try ActivationIngest(store: store, options: options).run()
      for (name, _) in ActivationImportTests.layers {
        let layer = try layer(name)
        values[name] = try store.read(
          key: layer.key, tier: .maps, dataset: dataset.id, positions: 0..<samples
        ).values
      }
    }

    func layer(_ name: String) throws -> Variant.Layer {
      variant.layers[try #require(variant.ordinal(of: name))]
    }

    func shape(_ name: String) throws -> [Int] {
      let (shape, rank) = (
        try layer(name).shape, ActivationImportTests.layers.first { $0.0 == name }?.1 ?? 4
      )
      return [dataset.count, shape.channels] + (rank == 4 ? [shape.height, shape.width] : [])
    }

    var paths: [String] {
      get throws {
        try store.samples(of: dataset.id, positions: 0..<dataset.count).map(\.path)
      }
    }

    /// An HDF5 file of the layers, its rows in the given order.
    func write(
      _ name: String, order: [Int]? = nil, change: (inout [String: [Float]]) -> Void = { _ in }
    ) throws -> URL {
      let url = small.folder.url.appending(path: name)
      let file = try HDF5File.create(url)
      var values = values
      change(&values)
      for (layer, array) in values {
        let shape = try shape(layer)
        let row = shape.dropFirst().reduce(1, *)
        let ordered = order.map { $0.flatMap { array[$0 * row..<($0 + 1) * row] } } ?? array
        try file.root().createDataset(layer, of: .float32, shape: shape).write(ordered)
      }
      try file.close()
      return url
    }

    func list(_ name: String, order: [Int]? = nil) throws -> URL {
      let paths = try paths
      let text = (order.map { $0.map { paths[$0] } } ?? paths).joined(separator: "\n")
      return try small.folder.write(text + "\n", to: name)
    }

    func add(_ file: URL, as name: String = "foreign", replacing: Bool = false) throws
      -> ModelSummary
    {
      try ActivationModel(
        name: name, task: "emotion", inputSize: 32, isReplacing: replacing
      ).add(layersFrom: file, to: store)
    }

    func bring(
      _ file: URL, _ paths: URL?, keep: KeepOptions = KeepOptions(maps: .f32),
      replacing: Bool = false
    ) throws -> ActivationImport.Summary {
      try ActivationImport(
        .init(
          file: file, model: "foreign", dataset: "noise", paths: paths, keep: keep,
          isReplacing: replacing, threads: 2),
        store: store
      ).run()
    }
  }

  @Test("tiers, thresholds and predictions equal those of the network run by Lethe, in any order")
  func tiers() throws {
    let origin = try Origin()
    let order = (0..<70).map { ($0 * 37 + 11) % 70 }
    let file = try origin.write("brought.h5", order: order)
    let paths = try origin.list("paths.txt", order: order)
    let summary = try origin.add(file)
    #expect(summary.layers == ["conv2_2", "fc7", "pool4", "logits"])
    #expect(summary.classes == Labels.emotions)
    let brought = try origin.bring(file, paths)
    #expect(brought == .init(samples: 70, layers: 4, thresholds: 2, unusedRows: 0))
    let store = origin.store
    let foreign = try Variant(store.model(named: "foreign"))
    for layer in foreign.layers {
      let own = try origin.layer(layer.name)
      for tier in [Tier.pooled, .maps] {
        let found = try store.read(
          key: layer.key, tier: tier, dataset: origin.dataset.id, positions: 0..<70)
        let expected = try store.read(
          key: own.key, tier: tier, dataset: origin.dataset.id, positions: 0..<70)
        #expect(found.values == expected.values, "\(layer.name) \(tier)")
      }
    }
    // Of pools, Lethe's own ingest keeps no bits unless it is told to.
    let key = try #require(foreign.layers.first { $0.name == "conv2_2" }).key
    let own = try origin.layer("conv2_2").key
    let found = try #require(try store.thresholds(key: key, dataset: origin.dataset.id))
    #expect(found == (try store.thresholds(key: own, dataset: origin.dataset.id)))
    let bits = try store.readBytes(
      key: key, tier: .bits, dataset: origin.dataset.id, positions: 0..<70)
    let expected = try store.readBytes(
      key: own, tier: .bits, dataset: origin.dataset.id, positions: 0..<70)
    #expect(bits.values == expected.values)
    let answers = "SELECT sample_id, class, p FROM probabilities WHERE model = ? ORDER BY 1, 2"
    #expect(
      try store.catalogue.rows(answers, "foreign") == store.catalogue.rows(answers, "base"))
    #expect(try store.catalogue.value("SELECT count(*) FROM probabilities") == .integer(2 * 560))
    // Again: nothing to do. And an ordinary ingest leaves the model alone.
    #expect(try origin.bring(file, paths).samples == 0)
    let ingest = try ActivationIngest(store: store, options: IngestOptions())
    #expect(ingest.variants.map(\.name) == ["base", "head", "deep"])
    #expect(try store.verify().isEmpty)
  }

  @Test("layers below 0 have exact thresholds, too")
  func negative() throws {
    let origin = try Origin()
    let file = try origin.write("brought.h5") { values in
      values["pool4"] = values["pool4"]?.map { -$0 }
    }
    _ = try origin.add(file)
    _ = try origin.bring(file, origin.list("paths.txt"), keep: KeepOptions(layers: ["pool4"]))
    let layer = try origin.layer("pool4")
    let foreign = try Variant(origin.store.model(named: "foreign"))
    let key = try #require(foreign.layers.first { $0.name == "pool4" }).key
    let samples = try origin.store.samples(of: origin.dataset.id, positions: 0..<70)
    let values = try #require(origin.values["pool4"])
    var expected: [Float] = []
    for channel in 0..<layer.shape.channels {
      let all = samples.filter { $0.split == "train" }.flatMap { sample in
        (0..<layer.positions).map {
          -values[(sample.position * layer.shape.channels + channel) * layer.positions + $0]
        }
      }.sorted()
      let rank = Int((Double(all.count) * 0.995).rounded(.up))
      expected.append(BFloat16Code(roundingUp: all[rank - 1]).value)
    }
    let found = try #require(
      try origin.store.thresholds(key: key, dataset: origin.dataset.id))
    #expect(found.values == expected)
  }

  @Test("another file is refused unless it shall take the place of the first")
  func anotherFile() throws {
    let origin = try Origin()
    let first = try origin.write("first.h5")
    let second = try origin.write("second.h5") { values in
      values["fc7"] = values["fc7"]?.map { $0 + 1 }
    }
    let paths = try origin.list("paths.txt")
    _ = try origin.add(first)
    _ = try origin.bring(first, paths)
    let error = #expect(throws: IngestError.self) { try origin.bring(second, paths) }
    #expect(error?.advice.contains("--replace") == true)
    #expect(try origin.bring(second, paths, replacing: true).samples == 70)
    let foreign = try Variant(origin.store.model(named: "foreign"))
    let key = try #require(foreign.layers.first { $0.name == "fc7" }).key
    let found = try origin.store.read(
      key: key, tier: .maps, dataset: origin.dataset.id, positions: 0..<70)
    #expect(found.values == origin.values["fc7"]?.map { $0 + 1 })
    #expect(try origin.store.verify().isEmpty)
  }

  @Test(
    "numbers that are not finite are refused with layer and picture, before anything is stored",
    arguments: [Float.nan, .infinity, -.infinity])
  func notFinite(value: Float) throws {
    let origin = try Origin()
    let file = try origin.write("brought.h5") { values in
      let row = (values["conv2_2"]?.count ?? 0) / 70
      values["conv2_2"]?[41 * row + 3] = value
    }
    _ = try origin.add(file)
    let paths = try origin.list("paths.txt")
    let error = #expect(throws: IngestError.self) { try origin.bring(file, paths) }
    #expect(error?.problem.contains("`conv2_2` of \(try origin.paths[41])") == true)
    let foreign = try Variant(origin.store.model(named: "foreign"))
    for layer in foreign.layers {
      #expect(
        try origin.store.catalogue.row("SELECT 1 FROM stored_array WHERE key = ?", layer.key)
          == nil)
    }
    #expect(
      try origin.store.catalogue.value("SELECT state FROM run ORDER BY id DESC LIMIT 1")
        == .text("failed"))
  }

  @Test("lists of paths that do not fit are refused")
  func paths() throws {
    let origin = try Origin(samples: 12)
    let file = try origin.write("brought.h5")
    _ = try origin.add(file)
    func problem(_ lines: [String]?) throws -> String {
      let list = try lines.map {
        try origin.small.folder.write($0.joined(separator: "\n"), to: "list.txt")
      }
      return #expect(throws: IngestError.self) { try origin.bring(file, list) }?.problem ?? ""
    }
    let all = try origin.paths
    #expect(try problem(nil).contains("which picture"))
    #expect(try problem(Array(all.dropLast())).contains("11 paths"))
    #expect(try problem(all.dropLast() + [all[0]]).contains("twice"))
    #expect(try problem(all.dropLast() + ["other.png"]).contains("lacks 1 of the 12 samples"))
    // Absolute paths below the root are as good.
    let root = origin.small.folder.url.appending(path: "pictures").path
    let list = try origin.small.folder.write(
      all.map { "\(root)/\($0)" }.joined(separator: "\n"), to: "list.txt")
    #expect(try origin.bring(file, list).samples == 12)
  }

  @Test("files and models that do not fit are refused")
  func misfits() throws {
    let origin = try Origin(samples: 12)
    let file = try origin.write("brought.h5")
    func problem(_ body: () throws -> Void) -> String {
      #expect(throws: IngestError.self, performing: body)?.problem ?? ""
    }
    let text = try origin.small.folder.write("no activations", to: "text.h5")
    #expect(problem { _ = try origin.add(text) }.contains("neither HDF5 nor safetensors"))
    let headless = try origin.write("headless.h5") { $0["logits"] = nil }
    #expect(problem { _ = try origin.add(headless) }.contains("no array `logits`"))
    let other = try origin.write("other.h5") { $0["pool4"] = nil }
    _ = try origin.add(file)
    let list = try origin.list("paths.txt")
    #expect(problem { _ = try origin.bring(other, list) }.contains("no array `pool4`"))
    #expect(
      problem {
        _ = try ActivationImport(
          .init(file: file, model: "base", dataset: "noise", paths: list), store: origin.store
        ).run()
      }.contains("runs itself"))
    #expect(
      problem {
        _ = try ActivationIngest(
          store: origin.store, options: IngestOptions(models: ["foreign"]))
      }.contains("cannot run"))
    #expect(
      problem {
        _ = try TrainingRun(
          TrainingRequest(
            name: "child", task: "emotion", dataset: "noise", parent: "foreign",
            recipe: TrainingRecipe(epochs: 1, learningRate: 1e-3), seed: 1, threads: 1),
          store: origin.store
        ).run()
      }.contains("cannot run"))
  }

  @Test("safetensors: F32, F16 and BF16, with layers and paths in the metadata")
  func safetensors() throws {
    let origin = try Origin(samples: 12)
    let names = ["conv2_2", "pool4", "fc7", "logits"]
    var data: [UInt8] = []
    var entries: [String] = []
    for (name, type) in zip(names, ["F32", "F16", "BF16", "F32"]) {
      let start = data.count
      for value in origin.values[name] ?? [] {
        let bits = value.bitPattern
        switch type {
        case "F16":
          let half = Float16(value).bitPattern
          data += [UInt8(half & 0xff), UInt8(half >> 8)]
        case "BF16": data += [UInt8(bits >> 16 & 0xff), UInt8(bits >> 24)]
        default: data += (0..<4).map { UInt8(bits >> ($0 * 8) & 0xff) }
        }
      }
      let shape = try origin.shape(name).map(String.init).joined(separator: ",")
      entries.append(
        #""\#(name)":{"dtype":"\#(type)","shape":[\#(shape)],"#
          + #""data_offsets":[\#(start),\#(data.count)]}"#)
    }
    let paths = try origin.paths.joined(separator: "\\n")
    let metadata =
      #""__metadata__":{"layers":"\#(names.joined(separator: ","))","paths":"\#(paths)"}"#
    let header = Array("{\(([metadata] + entries).joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(header.count >> ($0 * 8) & 0xff) }
    let file = try origin.small.folder.write(length + header + data, to: "brought.safetensors")
    #expect(try origin.add(file).layers == names)
    #expect(try origin.bring(file, nil).samples == 12)
    let foreign = try Variant(origin.store.model(named: "foreign"))
    for layer in foreign.layers {
      let found = try origin.store.read(
        key: layer.key, tier: .maps, dataset: origin.dataset.id, positions: 0..<12
      ).values
      let expected = try #require(origin.values[layer.name]).map { value in
        switch layer.name {
        case "pool4": Float(Float16(value))
        case "fc7": Float(bitPattern: value.bitPattern & 0xffff_0000)
        default: value
        }
      }
      #expect(found == expected, "\(layer.name)")
    }
  }

  @Test("an import that was stopped goes on and ends with the same arrays")
  func resumed() throws {
    let origin = try Origin(samples: 300)
    let file = try origin.write("brought.h5")
    let paths = try origin.list("paths.txt")
    _ = try origin.add(file)
    let calls = Messages()
    let stopping = Monitor(isCancelled: {
      calls.add("")
      return calls.all.count > 13
    })
    #expect(throws: CancellationError.self) {
      try ActivationImport(
        .init(
          file: file, model: "foreign", dataset: "noise", paths: paths,
          keep: KeepOptions(maps: .f32)), store: origin.store, monitor: stopping
      ).run()
    }
    #expect(
      try origin.store.catalogue.value("SELECT state FROM run ORDER BY id DESC LIMIT 1")
        == .text("interrupted"))
    _ = try origin.bring(file, paths)
    let key = try #require(Variant(origin.store.model(named: "foreign")).layers.first).key
    let own = try origin.layer("conv2_2").key
    let found = try origin.store.readBytes(
      key: key, tier: .bits, dataset: origin.dataset.id, positions: 0..<300)
    let expected = try origin.store.readBytes(
      key: own, tier: .bits, dataset: origin.dataset.id, positions: 0..<300)
    #expect(found.values == expected.values)
  }
}
