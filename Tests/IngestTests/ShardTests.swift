import Compute
import Foundation
import SQLite
import Synchronization
import Testing

@testable import Ingest
@testable import Warehouse

@Suite("Shards") struct ShardTests {
  /// 530 samples are three blocks: in two shards, one has two of them; in four, one has none.
  @Test(
    "merged in any order, twice, under a clock that jumps: the warehouse of one machine",
    arguments: [[1, 2], [4, 2, 1, 3]])
  func equal(order: [Int]) throws {
    let small = try SmallWarehouse(samples: 530)
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    let parts = try WarehouseCopy(of: small, "parts")
    for number in order.sorted() { try parts.ingest(number, of: order.count) }
    let before = try parts.catalogueBytes()
    #expect(try WarehouseCopy(of: small, "untouched").catalogueBytes() == before)
    // One by one, the others out of the way.
    for (index, number) in order.enumerated() {
      let folder = parts.folder("one-by-one")
      try parts.move(number, of: order.count, to: folder)
      try parts.confuseClock(folder.appending(path: "\(number)-of-\(order.count)"))
      let summary = try parts.merge(folder)
      let others = order[(index + 1)...].filter { $0 != 4 }
      #expect(summary.states(.missing) == others.sorted())
      #expect(summary.entries.contains { $0.shard.number == number && !$0.isLeft })
    }
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
    #expect(try parts.verify().isEmpty)
    // What is there is not computed, and not doubled.
    for number in order.sorted() {
      #expect(try parts.ingest(number, of: order.count).forwardPasses == 0)
    }
    #expect(
      try parts.merge().entries.allSatisfy { $0.state == .found(.merged(segments: 0, bytes: 0)) })
    #expect(try parts.merge().entries.isEmpty)
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
  }

  @Test("a bound that proves too high is lowered, and a second pass of the shards is exact")
  func secondPass() throws {
    let small = try SmallWarehouse(samples: 300)
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    let parts = try WarehouseCopy(of: small, "parts")
    let store = try parts.open()
    let variant = try Variant(store.model(named: "base"))
    let layer = variant.layers[try #require(variant.ordinal(of: "conv2_2"))]
    try store.saveBounds(
      ProvisionalBounds(attempt: 1, values: [Float](repeating: 1e30, count: layer.shape.channels)),
      key: layer.key, dataset: store.dataset(named: "noise").id)
    try store.close()
    for number in [1, 2] { try parts.ingest(number, of: 2) }
    #expect(try parts.merge().again == 1)
    for number in [1, 2] {
      #expect(try parts.ingest(number, of: 2).forwardPasses > 0)
    }
    let summary = try parts.merge()
    #expect(summary.again == 0 && summary.thresholds == 1)
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.verify().isEmpty)
  }

  @Test("stopped anywhere, a task goes on where it was; two of the same index do not meet")
  func resumed() throws {
    let small = try SmallWarehouse(samples: 300)
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    let parts = try WarehouseCopy(of: small, "parts")
    for stopAfter in [1, 8, 12] {
      let count = Mutex(0)
      let monitor = Monitor(isCancelled: {
        count.withLock {
          $0 += 1
          return $0 > stopAfter
        }
      })
      #expect(throws: CancellationError.self) { try parts.ingest(1, of: 2, monitor: monitor) }
    }
    #expect(try parts.merge().entries.first?.state == .found(.unfinished))
    // Another plan in the same folder, and a second task beside the first.
    #expect {
      try parts.ingest(1, of: 2, keep: KeepOptions(bits: false))
    } throws: { "\($0)".contains("another plan") }
    let lock = try WriterLock(folder: parts.shard(1, of: 2), purpose: "a test")
    #expect {
      try parts.ingest(1, of: 2)
    } throws: { ($0 as? WarehouseError)?.cause == .locked }
    #expect(try parts.merge().entries.first?.state == .found(.running))
    lock.release()
    for number in [2, 1] { try parts.ingest(number, of: 2) }
    try parts.merge()
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
  }

  @Test("a task waits while another process writes to the warehouse")
  func waits() throws {
    let small = try SmallWarehouse()
    let copy = try WarehouseCopy(of: small, "locked")
    let writer = try copy.open()
    let messages = Mutex<[String]>([])
    let monitor = Monitor(
      message: { text in messages.withLock { $0.append(text) } },
      isCancelled: { messages.withLock { !$0.isEmpty } })
    #expect(throws: CancellationError.self) { try copy.ingest(1, of: 1, monitor: monitor) }
    #expect(messages.withLock { $0 } == ["another process writes to the warehouse: waiting"])
    try writer.close()
  }

  @Test("a merge that fails anywhere leaves shard and warehouse as they were, or has merged")
  func failingMerge() throws {
    let small = try SmallWarehouse()
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    let parts = try WarehouseCopy(of: small, "parts")
    try parts.ingest(1, of: 1)
    struct Refusal: Error {}
    for step in [SegmentStep.rename, .insert, .commit, .unlink] {
      let store = try parts.open()
      store.willReach = { if $0 == step { throw Refusal() } }
      #expect(throws: Refusal.self) { try ShardMerging(store: store).run() }
      store.willReach = { _ in }
      let stored = try store.catalogue.value("SELECT count(*) FROM segment").int ?? 0
      #expect((stored > 0) == (step == .unlink))
      #expect(try store.verify().filter { $0.kind != .thresholds }.isEmpty)
      try store.close()
    }
    try parts.merge()
    #expect(!FileManager.default.fileExists(atPath: parts.shard(1, of: 1).path))
    #expect(try parts.contents() == whole.contents())
    #expect(try parts.files() == whole.files())
  }

  @Test("killed between moving files and naming them, a merge has lost nothing")
  func killedMerge() async throws {
    let small = try SmallWarehouse()
    let parts = try WarehouseCopy(of: small, "parts")
    try parts.ingest(1, of: 1)
    // What such a merge leaves: second names that no row names.
    for path in try parts.paths(below: parts.shard(1, of: 1)) where path.hasSuffix(".h5") {
      let target = parts.url.appending(path: path)
      try FileManager.default.createDirectory(
        at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.linkItem(
        at: parts.shard(1, of: 1).appending(path: path), to: target)
    }
    #expect(try parts.merge().entries.first?.isLeft == false)
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    #expect(try parts.files() == whole.files())
    #expect(try parts.contents() == whole.contents())
  }

  static let otherDisk = URL(filePath: "/dev/shm")

  /// Whether there is a file system beside the one that temporary files lie on.
  static var hasOtherDisk: Bool {
    var (here, there) = (stat(), stat())
    return stat(FileManager.default.temporaryDirectory.path, &here) == 0
      && stat(otherDisk.path, &there) == 0 && here.st_dev != there.st_dev
  }

  @Test("from another file system, files are copied", .enabled(if: ShardTests.hasOtherDisk))
  func copied() throws {
    let small = try SmallWarehouse()
    let parts = try WarehouseCopy(of: small, "parts")
    try parts.ingest(1, of: 1)
    let folder = Self.otherDisk.appending(path: "lethe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try parts.move(1, of: 1, to: folder)
    #expect(try parts.merge(folder).entries.first?.isLeft == false)
    #expect(!FileManager.default.fileExists(atPath: folder.path))
    let whole = try WarehouseCopy(of: small, "whole")
    try whole.ingest()
    #expect(try parts.files() == whole.files())
    #expect(try parts.contents() == whole.contents())
  }
}
