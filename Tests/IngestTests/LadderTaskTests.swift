import Foundation
import SQLite
import Synchronization
import Testing

@testable import Ingest
@testable import Warehouse

@Suite("Ladders trained in parts") struct LadderTaskTests {
  private static func options(repetitions: Int = 1) -> LadderOptions {
    LadderOptions(
      emotionDataset: "noise", painDataset: "noise",
      architecture: VGGArchitecture(inputSize: 32, width: 1.0 / 16, denseWidth: 16),
      emotion: TrainingRecipe(epochs: 2, batchSize: 16, learningRate: 1e-3),
      pain: TrainingRecipe(epochs: 2, batchSize: 16, learningRate: 1e-3),
      head: TrainingRecipe(epochs: 1, batchSize: 16, learningRate: 1e-3), seed: 3,
      repetitions: repetitions, threads: 2)
  }

  private func task(
    _ variant: String, _ copy: WarehouseCopy, repetitions: Int = 1, monitor: Monitor = Monitor()
  ) -> LadderTask {
    LadderTask(
      variant, of: Self.options(repetitions: repetitions), warehouse: copy.url, monitor: monitor)
  }

  /// Every variant after its parent, but in no order that one machine would take.
  private static let order =
    ["emotion"] + (1...5).map { "pain-b\($0)" } + ["emotion-after-pain-b4", "pain-fc"]
    + ["b1", "fc", "b5", "b3", "b2"].map { "emotion-after-pain-\($0)" }

  @Test("in any order, stopped and gone on with: the ladder of one machine, bit for bit")
  func equal() throws {
    let small = try SmallWarehouse(models: false)
    let whole = try WarehouseCopy(of: small, "whole")
    let store = try whole.open()
    try Ladder(Self.options(), store: store).run()
    try store.close()
    let parts = try WarehouseCopy(of: small, "parts")
    let preparing = try parts.open()
    try Ladder(Self.options(), store: preparing).prepare()
    try preparing.close()
    for variant in Self.order {
      if variant == "pain-b3" || variant == "emotion" {
        let said = Messages()
        let stopping = Monitor(
          message: { said.add($0) },
          isCancelled: { said.all.contains { $0.hasPrefix("\(variant): epoch 1") } })
        #expect(throws: CancellationError.self) {
          try task(variant, parts, monitor: stopping).run()
        }
        // What is half trained is left where it is.
        let left = try parts.merge()
        #expect(left.trainings.map(\.outcome) == [.unfinished] && !left.isAnythingLeft)
      }
      #expect(try task(variant, parts).run(), "\(variant)")
      #expect(try !task(variant, parts).run(), "\(variant)")
    }
    #expect(!FileManager.default.fileExists(atPath: parts.shard(1, of: 1).path))
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
    #expect(try parts.verify().isEmpty)
    let ledger = try parts.open()
    let runs = try ledger.runs().filter { $0.kind == "train" && $0.state == .done }
    #expect(runs.compactMap(\.model).sorted() == Self.order.sorted())
    try ledger.close()
  }

  @Test("repetitions have their places, whichever is trained first")
  func places() throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    for variant in ["emotion.s2", "emotion", "pain-fc.s2", "pain-fc"] {
      #expect(try task(variant, copy, repetitions: 2).run())
    }
    let store = try copy.open()
    defer { try? store.close() }
    #expect(
      try store.models().map { "\($0.id) \($0.record.name)" }
        == ["1 emotion", "2 pain-fc", "14 emotion.s2", "15 pain-fc.s2"])
  }

  @Test("what is not of the ladder, has no parent yet, or was trained otherwise is said")
  func refused() throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    for variant in ["pain-b9", "pain-b1.s2", "emotion.s1", "emotion.s0", "../x"] {
      #expect { try task(variant, copy).run() } throws: { "\($0)".contains("no variant") }
    }
    #expect { try task("pain-b1", copy).run() } throws: {
      "\($0)".contains("`emotion`, which is not there yet")
    }
    _ = try task("emotion", copy).run()
    var other = Self.options()
    other.seed = 4
    #expect {
      try LadderTask("emotion", of: other, warehouse: copy.url).run()
    } throws: { "\($0)".contains("was trained otherwise") }
  }

  @Test("two tasks of one variant do not meet, and another plan does not get its folder")
  func twice() throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    let monitor = Monitor(isCancelled: { true })
    #expect(throws: CancellationError.self) { try task("emotion", copy, monitor: monitor).run() }
    let folder = copy.url.appending(path: "shards/train-emotion")
    let lock = try WriterLock(folder: folder, purpose: "a test")
    #expect { try task("emotion", copy).run() } throws: {
      ($0 as? WarehouseError)?.cause == .locked
    }
    #expect(try copy.merge().trainings.map(\.outcome) == [.running])
    #expect(Store.shardStates(in: copy.folder("shards")).map(\.state) == [.running])
    lock.release()
    #expect(Store.shardStates(in: copy.folder("shards")).map(\.state) == [.interrupted])
    var other = Self.options()
    other.seed = 4
    #expect {
      try LadderTask("emotion", of: other, warehouse: copy.url).run()
    } throws: { "\($0)".contains("another plan") }
  }

  @Test("taking in that fails anywhere has lost nothing; merge takes the model in later")
  func failing() throws {
    let small = try SmallWarehouse(models: false)
    let whole = try WarehouseCopy(of: small, "whole")
    #expect(try task("emotion", whole).run())
    let parts = try WarehouseCopy(of: small, "parts")
    #expect(try task("emotion", parts).train())
    struct Refusal: Error {}
    for step in [SegmentStep.rename, .insert, .commit, .unlink] {
      let store = try parts.open()
      store.willReach = { if $0 == step { throw Refusal() } }
      #expect(throws: Refusal.self) { try ShardMerging(store: store).run() }
      store.willReach = { _ in }
      #expect(try store.models().count == (step == .unlink ? 1 : 0))
      #expect(try store.verify().isEmpty)
      try store.close()
    }
    #expect(Store.shardStates(in: parts.folder("shards")).map(\.state) == [.done])
    #expect(try !parts.merge().isAnythingLeft)
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
    #expect(try parts.merge().isEmpty)
  }

  @Test(
    "a trained model that is damaged, of other kernels or of another warehouse is named and left",
    arguments: [
      ("computed by other kernels", "UPDATE shard SET kernel = 'x'"),
      ("names no weights", "UPDATE model SET file = '../../etc/passwd'"),
      ("names no weights", "DELETE FROM model"), ("SHA-256", ""),
      ("under another name", "UPDATE shard SET model = 'pain-fc'"),
      ("is not that of the warehouse", "UPDATE sample SET split = 'test' WHERE split = 'val'"),
    ])
  func damaged(reason: String, sql: String) throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    #expect(try task("emotion", copy).train())
    let folder = copy.url.appending(path: "shards/train-emotion")
    if sql.isEmpty {
      let path = try #require(
        try copy.paths(below: folder).first { $0.hasSuffix(".safetensors") })
      var bytes = try Data(contentsOf: folder.appending(path: path))
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: folder.appending(path: path))
    } else {
      let catalogue = try Connection(
        path: folder.appending(path: "warehouse.sqlite").path, mode: .readWrite)
      try catalogue.execute(script: "PRAGMA foreign_keys = OFF; \(sql);")
      catalogue.close()
    }
    let before = try copy.contents()
    guard case .refused(let said) = try copy.merge().trainings.first?.outcome else {
      Issue.record("it was taken")
      return
    }
    #expect(said.contains(reason))
    #expect(try copy.contents() == before)
    #expect { try task("emotion", copy).run() } throws: { _ in true }
  }

  @Test("another model of its name keeps its place")
  func conflict() throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    #expect(try task("emotion", copy).train())
    let store = try copy.open()
    var other = Self.options()
    other.seed = 9
    try TrainingRun(
      Ladder(other, store: store).request(Rung.all[0], 1), store: store
    ).run()
    let before = try store.models()
    try store.close()
    guard case .refused(let said) = try copy.merge().trainings.first?.outcome else {
      Issue.record("it was taken")
      return
    }
    #expect(said.contains("another model emotion"))
    #expect(try copy.merge().isAnythingLeft)
    let after = try copy.open()
    #expect(try after.models() == before)
    try after.close()
  }

  @Test("a writer that was killed does not stop the graph: the next task clears up behind it")
  func killedWriter() throws {
    let small = try SmallWarehouse(models: false)
    let writer = try small.open()
    _ = try writer.beginRun(kind: "ingest", dataset: "noise")
    // As kill -9 leaves it: its log is not in the catalogue yet, and nobody holds the lock.
    let copy = try WarehouseCopy(of: small, "copy")
    try writer.close()
    #expect(try Data(contentsOf: copy.folder("warehouse.sqlite-wal")).count > 0)
    let reading = try Store.open(copy.url, for: .reading)
    #expect(try reading.runs().first?.state == .lost)
    try reading.close()
    #expect(try task("emotion", copy).run())
    let store = try copy.open()
    #expect(try store.runs().last { $0.kind == "ingest" }?.state == .interrupted)
    try store.close()
  }

  @Test("a second connection to a task's store finds what the warehouse has")
  func reader() throws {
    let small = try SmallWarehouse(models: false)
    let copy = try WarehouseCopy(of: small, "copy")
    let preparing = try copy.open()
    try Ladder(Self.options(), store: preparing).prepare()
    try preparing.close()
    let shards = copy.folder("shards")
    let key = Preprocessing.builtIn(size: SmallWarehouse.side).geometry.key
    let (store, dataset, expected) = try Store.readingUnwritten(copy.url, wait: {}) { base in
      let dataset = try base.dataset(named: "noise")
      let request = ShardRequest(
        training: "emotion", plan: "{}", kernel: Kernels.all,
        blocks: Blocks(base, dataset).all.map { ShardBlock(dataset: dataset.id, positions: $0) })
      let rows = try base.readBytes(
        key: key, tier: .inputs, dataset: dataset.id, positions: [3, 69])
      return (try Store.openShard(request, in: shards, of: base), dataset, rows.values)
    }
    let reader = try store.reader()
    let rows = try reader.readBytes(
      key: key, tier: .inputs, dataset: dataset.id, positions: [3, 69])
    #expect(rows.values == expected && !expected.isEmpty)
    try reader.close()
    try store.close()
  }

  @Test("names of rungs and repetitions are told from others")
  func names() {
    #expect(Rung.named("emotion")?.repetition == 1)
    #expect(Rung.named("emotion-after-pain-b1.s12")?.rung.name == "emotion-after-pain-b1")
    #expect(Rung.named("emotion-after-pain-b1.s12")?.repetition == 12)
    for name in ["", "emotion.s", "emotion.s01", "emotion.s1", "emotion.sx", "emotion.s1001"] {
      #expect(Rung.named(name) == nil)
    }
    #expect(Set(Rung.order).count == 13_000)
  }
}
