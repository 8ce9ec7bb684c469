import Foundation
import HDF5
import SQLite
import Testing

@testable import Warehouse

@Suite("Compacting: what nothing names goes, and maps turn from one codec into the other")
struct CompactionTests {
  private struct Refusal: Error {}

  private static let lost = String(repeating: "0f", count: 32)
  private static let shape = MapShape(channels: 96, height: 32, width: 32)

  /// Half of them zero; some with bits that no arithmetic would keep.
  private static func maps(_ type: StoredType) -> [Float] {
    (0..<4 * shape.channels * shape.positions).map { index in
      let mixed = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 9
      switch mixed % 53 {
      case 0: return -0.0
      case 1 where type == .f32: return Float(bitPattern: 0x7fa0_0001)
      case 2..<27: return 0
      default: return Float(mixed % 512) / 16
      }
    }
  }

  /// A warehouse with one model of one layer `conv1`, and with segments of that and of `lost`.
  private static func store(_ folder: TemporaryFolder, _ type: StoredType = .f32) throws -> Store {
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store, count: 8)
    let layer = LayerRecord(name: "conv1", kind: "conv", shape: shape, prefix: Example.key)
    _ = try store.saveModel(Example.model("emotion", layers: [layer]), tensors: Example.tensors)
    let thresholds = [Float](repeating: 0.5, count: shape.channels)
    try store.saveThresholds(
      Thresholds(quantile: 0.005, count: 100, values: thresholds), key: Example.key,
      dataset: faces)
    for first in [0, 4] {
      try store.writeSegment(
        Example.description(dataset: faces, first: first, count: 4, part: "pooledbitsmaps"),
        body: { writer in
          let arrays = [
            try writer.maps(layer: "conv1", key: Example.key, shape: shape, as: type),
            try writer.pooled(layer: "conv1", key: Example.key, channels: shape.channels),
            try writer.pooled(layer: "a/b", key: lost, channels: 3),
          ]
          try arrays[0].write(maps(type), at: 0)
          try arrays[1].write([Float](repeating: 2, count: 4 * 2 * shape.channels), at: 0)
          try arrays[2].write([Float](repeating: 1, count: 24), at: 0)
          try writer.bits(layer: "conv1", key: Example.key, shape: shape, thresholds: thresholds)
            .write(
              bytes: [UInt8](repeating: 9, count: 4 * shape.channels * shape.bitBytes), at: 0)
        })
    }
    try store.writeSegment(
      SegmentDescription(
        name: .arrays(dataset: "faces", model: "gone", key: lost, first: 0, part: "maps"),
        dataset: faces, first: 0, count: 4, model: "gone", key: lost, numerics: "strict",
        kernel: "reference"),
      body: { writer in
        try writer.maps(layer: "conv9", key: lost, shape: shape, as: .f16)
          .write(maps(.f16), at: 0)
      })
    return store
  }

  private func files(_ store: Store) throws -> [String] {
    try store.allFiles().filter { $0.hasPrefix("arrays/") }
  }

  /// Everything that the warehouse says of `conv1`, bit for bit.
  private func said(_ store: Store) throws -> [UInt32] {
    let maps = try store.read(key: Example.key, tier: .maps, dataset: 1, positions: 0..<8)
    let pooled = try store.read(key: Example.key, tier: .pooled, dataset: 1, positions: 0..<8)
    let bits = try store.readBytes(key: Example.key, tier: .bits, dataset: 1, positions: 0..<8)
    return (maps.values + pooled.values).map(\.bitPattern) + bits.values.map { UInt32($0) }
  }

  private static let old = (0..<2).map {
    "arrays/faces/emotion-0123456789ab-0000000\($0 * 4).pooledbitsmaps.h5"
  }
  private static let gone = "arrays/faces/gone-0f0f0f0f0f0f-00000000.maps.h5"
  private static func new(_ number: Int) -> [String] {
    old.map { $0.replacing(".h5", with: ".c\(number).h5") }
  }

  @Test("arrays that no model has go, the rest stays, and a second run does nothing")
  func dropping() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    let before = try said(store)
    // A reader may ask what would happen; nothing does.
    let reader = try Store.open(folder("w"), for: .reading)
    let planned = try reader.compact(isDryRun: true)
    #expect(planned.map(\.file) == Self.old + [Self.gone])
    #expect(planned.map(\.action) == [.rewrite, .rewrite, .remove])
    #expect(planned.map(\.dropped) == [1, 1, 1])
    #expect(planned.map(\.bytesAfter) == [nil, nil, 0])
    #expect(cause { _ = try reader.compact() } == .readOnly)
    #expect(try files(store) == Self.old + [Self.gone])

    let done = try store.compact()
    #expect(try files(store) == Self.new(1))
    #expect(done.map(\.file) == planned.map(\.file))
    for segment in done { #expect(segment.bytesAfter ?? .max < segment.bytesBefore) }
    #expect(
      done.prefix(2).map(\.bytesAfter) == Self.new(1).map { fileSize(store.url($0).path) })
    #expect(try said(store) == before)
    #expect(try store.catalogue.value("SELECT count(*) FROM stored_array").int == 6)
    #expect(try store.verify() == [])
    #expect(try store.compact().isEmpty)
    #expect(try store.compact(to: .deflate).isEmpty)
    #expect(try files(store) == Self.new(1))
  }

  @Test(
    "maps turn from one codec into the other and back, bit for bit",
    arguments: [
      StoredType.f32, .f16,
    ])
  func recoding(type: StoredType) throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder, type)
    let before = try said(store)
    let info = try store.info().arrays.filter { $0.tier == "maps" && $0.layer == "conv1" }
    #expect(info.map(\.codec) == ["deflate"])
    let done = try store.compact(to: .relu)
    #expect(done.map(\.recoded) == [1, 1, 0])
    #expect(try files(store) == Self.new(1))
    #expect(try said(store) == before)
    #expect(try store.verify() == [])
    let arrays = try store.info().arrays.filter { $0.tier == "maps" }
    #expect(arrays.map(\.codec) == ["relu"])
    let dataset = try HDF5File.open(store.url(Self.new(1)[0])).root().dataset("layers/conv1/maps")
    #expect(dataset.codec == .relu)
    #expect(try dataset.storedBytes() * 2 == arrays[0].bytes)
    #expect(try store.compact(to: .relu).isEmpty)

    _ = try store.compact(to: .deflate)
    #expect(try files(store) == Self.new(2))
    #expect(try said(store) == before)
    #expect(try store.verify() == [])
    #expect(try store.info().arrays.filter { $0.tier == "maps" }.map(\.codec) == ["deflate"])
  }

  @Test("maps as 8-bit codes stay packed by deflate, with their ranges")
  func codes() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder, .u8)
    let before = try said(store)
    #expect(try store.compact(to: .relu).map(\.recoded) == [0, 0, 0])
    #expect(try said(store) == before)
    #expect(try store.verify() == [])
  }

  @Test("arrays of a file whose rows have gone are dropped")
  func strays() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    _ = try store.compact()
    try store.removeArrays(tier: .maps, keys: [Example.key], dataset: 1)
    let done = try store.compact()
    #expect(done.map(\.dropped) == [1, 1])
    for segment in done { #expect(segment.bytesAfter ?? .max < segment.bytesBefore / 2) }
    #expect(try files(store) == Self.new(2))
    #expect(try store.verify() == [])
    #expect(try store.compact().isEmpty)
  }

  @Test("a failure at any step changes nothing, and the next run succeeds")
  func failures() throws {
    for step in SegmentStep.allCases where step != .unlink && step != .done {
      let folder = try TemporaryFolder()
      let store = try Self.store(folder)
      let before = try said(store)
      let rows = try store.catalogue.rows("SELECT * FROM stored_array")
      store.willReach = { if $0 == step { throw Refusal() } }
      #expect(throws: Refusal.self, "\(step)") { try store.compact(to: .relu) }
      #expect(try files(store) == Self.old + [Self.gone], "\(step)")
      #expect(try store.catalogue.rows("SELECT * FROM stored_array") == rows)
      #expect(try said(store) == before)
      store.willReach = { _ in }
      _ = try store.compact(to: .relu)
      #expect(try files(store) == Self.new(1))
      #expect(try said(store) == before)
    }
  }

  @Test("stopped between two files, what is done stays and the next run goes on")
  func stopped() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    let before = try said(store)
    #expect(throws: Refusal.self) {
      try store.compact(to: .relu) { if $0.file == Self.old[1] { throw Refusal() } }
    }
    #expect(try files(store) == [Self.new(1)[0], Self.old[1], Self.gone].sorted())
    #expect(try said(store) == before)
    // And in the midst of one.
    var calls = 0
    #expect(throws: Refusal.self) {
      try store.compact(to: .relu) { _ in
        calls += 1
        if calls == 4 { throw Refusal() }
      }
    }
    #expect(try files(store) == [Self.new(1)[0], Self.old[1], Self.gone].sorted())
    #expect(try store.compact(to: .relu).count == 2)
    #expect(try said(store) == before)
    #expect(try store.verify() == [])
  }

  @Test("killed at any step, the warehouse has the old file or the new one, whole")
  func kills() async throws {
    for step in SegmentStep.allCases {
      let folder = try TemporaryFolder()
      let path = folder("w").path
      let store = try Self.store(folder)
      let before = try said(store)
      try store.close()
      await #expect(processExitsWith: .signal(SIGKILL), "\(step)") {
        [path = path as String, name = step.rawValue as String] in
        let store = try Store.open(URL(filePath: path), for: .writing(create: false))
        store.willReach = { if $0.rawValue == name { kill(getpid(), SIGKILL) } }
        _ = try store.compact(to: .relu)
      }
      let again = try Store.open(folder("w"), for: .writing(create: false))
      let isNew = [.unlink, .done].contains(step)
      let expected = [isNew ? Self.new(1)[0] : Self.old[0], Self.old[1], Self.gone].sorted()
      #expect(try files(again) == expected, "\(step)")
      #expect(try said(again) == before)
      #expect(try again.verify() == [])
      _ = try again.compact(to: .relu)
      #expect(try files(again) == Self.new(1))
      #expect(try said(again) == before)
    }
  }

  @Test("a disk that takes no more is said, and nothing is lost")
  func full() async throws {
    let folder = try TemporaryFolder()
    let path = folder("w").path
    let store = try Self.store(folder)
    let before = try said(store)
    try store.close()
    await #expect(processExitsWith: .success) { [path = path as String] in
      let store = try Store.open(URL(filePath: path), for: .writing(create: false))
      signal(SIGXFSZ, SIG_IGN)
      let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
      var limit = rlimit()
      guard getrlimit(resource, &limit) == 0 else { exit(2) }
      limit.rlim_cur = 200_000
      guard setrlimit(resource, &limit) == 0 else { exit(2) }
      do {
        _ = try store.compact(to: .relu)
        exit(3)
      } catch let error as WarehouseError {
        exit(error.cause == .writeFailed ? 0 : 4)
      }
    }
    let again = try Store.open(folder("w"), for: .writing(create: false))
    #expect(try files(again) == Self.old + [Self.gone])
    #expect(try said(again) == before)
    #expect(try again.verify() == [])
  }

  @Test("a file that is damaged is not written anew under a digest that is right")
  func damage() throws {
    let folder = try TemporaryFolder()
    let store = try Self.store(folder)
    let url = store.url(Self.old[0])
    var bytes = try Data(contentsOf: url)
    bytes[bytes.count - 1000] ^= 1
    try bytes.write(to: url)
    #expect(cause { _ = try store.compact(to: .relu) } == .damaged)
    #expect(try files(store) == Self.old + [Self.gone])
    #expect(try store.verify().map(\.kind) == [.digest])
  }

  @Test("names of files that were written anew are recognised, and counted on")
  func names() {
    let names = [
      "arrays/faces/a-0123456789ab-00000000.h5", "arrays/faces/a-0123456789ab-00000000.c1.h5",
      "arrays/faces/a-0123456789ab-00000000.bits.c9.h5",
    ]
    #expect(names.map { SegmentName(recognising: $0)?.path } == names)
    #expect(
      names.map { SegmentName(path: $0).rewritten.path } == [
        names[1], "arrays/faces/a-0123456789ab-00000000.c2.h5",
        "arrays/faces/a-0123456789ab-00000000.bits.c10.h5",
      ])
    #expect(SegmentName(recognising: "arrays/faces/a-0123456789ab-00000000.c.h5") != nil)
    #expect(SegmentName(recognising: "arrays/faces/a-0123456789ab-00000000.c1.c2.h5") == nil)
  }

  @Test("chunks of maps divide their channels, and come near to the target")
  func chunks() {
    let shapes: [([Int], [Int])] = [
      ([256, 64, 224, 224], [1, 1, 224, 224]), ([256, 512, 14, 14], [1, 256, 14, 14]),
      ([256, 128, 8, 8], [8, 128, 8, 8]), ([256, 521, 14, 14], [1, 521, 14, 14]),
      ([256, 96, 55, 55], [1, 24, 55, 55]), ([10, 4096, 1, 1], [10, 4096, 1, 1]),
      ([2, 7, 1500, 1500], [1, 1, 1500, 1500]), ([3, 4096, 2], [3, 4096, 2]),
    ]
    for (shape, chunk) in shapes { #expect(ChunkShape.rows(of: shape, elementSize: 4) == chunk) }
  }
}
