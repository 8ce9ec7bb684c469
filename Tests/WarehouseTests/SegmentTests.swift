import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Segments: all or nothing")
struct SegmentTests {
  private struct Refusal: Error {}

  /// Every regular file below arrays/, inputs/ and models/.
  private func files(_ store: Store) -> [String] {
    let found = FileManager.default.enumerator(atPath: store.folder.path)?.allObjects ?? []
    return found.compactMap { $0 as? String }.filter {
      $0.hasSuffix(".h5") || $0.hasSuffix(".partial") || $0.hasSuffix(".safetensors")
    }.sorted()
  }

  @Test("A write that fails at any step leaves nothing, and the next one succeeds")
  func failures() throws {
    for step in SegmentStep.allCases where step != .unlink && step != .done {
      let folder = try TemporaryFolder()
      let store = try Example.store(in: folder)
      let faces = try Example.addFaces(to: store)
      store.willReach = { if $0 == step { throw Refusal() } }
      #expect(throws: Refusal.self, "\(step)") {
        try Example.addPooled(to: store, dataset: faces)
      }
      #expect(files(store).isEmpty, "\(step)")
      #expect(try store.catalogue.value("SELECT count(*) FROM segment").int == 0)
      #expect(try store.catalogue.value("SELECT count(*) FROM stored_array").int == 0)
      store.willReach = { _ in }
      try Example.addPooled(to: store, dataset: faces)
      #expect(files(store) == ["arrays/faces/emotion-0123456789ab-00000000.h5"])
    }
  }

  @Test(
    "A process killed at any step leaves the segment with its rows, or nothing that a row names")
  func kills() async throws {
    for step in SegmentStep.allCases {
      let folder = try TemporaryFolder()
      let path = folder("w").path
      let store = try Example.store(in: folder)
      let faces = try Example.addFaces(to: store)
      let old = try Example.addPooled(to: store, dataset: faces, first: 0, count: 5)
      let beforeKill = try store.catalogue.value("SELECT sha256 FROM segment").string
      try store.close()
      await #expect(processExitsWith: .signal(SIGKILL), "\(step)") {
        [
          path = path as String, name = step.rawValue as String, faces = faces as Int64,
          old = old as Int64
        ] in
        let store = try Store.open(URL(filePath: path), for: .writing(create: false))
        _ = try store.beginRun(kind: "ingest")
        store.willReach = { if $0.rawValue == name { kill(getpid(), SIGKILL) } }
        try store.writeSegment(
          Example.description(dataset: faces, first: 0, count: 5, part: "again"), replacing: [old],
          body: { writer in
            let pooled = try writer.pooled(layer: "conv1", key: Example.key, channels: 3)
            for row in 0..<5 { try pooled.write(Example.pooledRow(row), at: row) }
          })
      }
      // The dead process's lock does not block.
      let again = try Store.open(folder("w"), for: .writing(create: false))
      let isNew = [.unlink, .done].contains(step)
      let expected = "arrays/faces/emotion-0123456789ab-00000000\(isNew ? ".again" : "").h5"
      #expect(files(again) == [expected], "\(step)")
      #expect(try again.catalogue.rows("SELECT file FROM segment").map(\.[0].string) == [expected])
      if !isNew {
        #expect(try again.catalogue.value("SELECT sha256 FROM segment").string == beforeKill)
      }
      let rows = try again.read(key: Example.key, tier: .pooled, dataset: faces, positions: 0..<5)
      #expect(rows.values == (0..<5).flatMap(Example.pooledRow))
      #expect(try again.catalogue.value("SELECT state FROM run").string == "interrupted")
    }
  }

  @Test("The rows that belong to a segment enter with it or not at all")
  func commit() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let model = try store.saveModel(Example.model("emotion"), tensors: Example.tensors)
    func predict(_ probabilities: [Float]) throws {
      try Example.addPooled(
        to: store, dataset: faces,
        commit: { _ in
          try store.insertPredictions(
            (1...10).map { PredictionRow(sample: $0, probabilities: probabilities) }, model: model,
            classes: ["anger", "happiness"])
        })
    }
    #expect(cause { try predict([0.25, .nan]) } == .invalid)
    #expect(cause { try predict([1]) } == .invalid)
    #expect(try store.catalogue.value("SELECT count(*) FROM prediction").int == 0)
    #expect(files(store).count == 1)
    try predict([0.1, 0.9])
    let row = try #require(
      try store.catalogue.row("SELECT predicted, confidence, correct FROM predictions"))
    #expect(row == [.text("happiness"), .real(0.9), .integer(1)])
    #expect(
      try store.catalogue.rows("SELECT class, p FROM probabilities WHERE sample_id = 1 ORDER BY 1")
        == [[.text("anger"), .real(0.1)], [.text("happiness"), .real(0.9)]])
  }

  @Test("A segment that is stored is not written again")
  func again() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    try Example.addPooled(to: store, dataset: faces)
    #expect(cause { try Example.addPooled(to: store, dataset: faces) } == .conflict)
    // Another file that claims the same array fails at the commit and leaves the first alone.
    #expect(throws: (any Error).self) {
      try store.writeSegment(Example.description(dataset: faces, part: "more")) { writer in
        let pooled = try writer.pooled(layer: "conv1", key: Example.key, channels: 3)
        try pooled.write((0..<10).flatMap(Example.pooledRow), at: 0)
      }
    }
    #expect(files(store) == ["arrays/faces/emotion-0123456789ab-00000000.h5"])
    #expect(
      try store.read(key: Example.key, tier: .pooled, dataset: faces, positions: [9]).values
        == Example.pooledRow(9))
  }

  @Test("An orphan in the segment's place is replaced")
  func orphan() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let place = folder("w/arrays/faces/emotion-0123456789ab-00000000.h5")
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data("left behind".utf8).write(to: place)
    try Data("left behind".utf8).write(to: URL(filePath: place.path + ".partial"))
    try Example.addPooled(to: store, dataset: faces)
    #expect(
      try store.read(key: Example.key, tier: .pooled, dataset: faces, positions: [3]).values
        == Example.pooledRow(3))
  }

  @Test("Rows that are left out, written twice or misshapen are refused")
  func rows() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let bodies: [(SegmentWriter) throws -> Void] = [
      { _ = try $0.pooled(layer: "c", key: Example.key, channels: 3) },
      { try $0.pooled(layer: "c", key: Example.key, channels: 3).write([1, 2], at: 0) },
      {
        try $0.pooled(layer: "c", key: Example.key, channels: 1)
          .write([Float](repeating: 0, count: 22), at: 0)
      },
      {
        let pooled = try $0.pooled(layer: "c", key: Example.key, channels: 1)
        try pooled.write([Float](repeating: 0, count: 20), at: 0)
        try pooled.write([0, 0], at: 3)
      },
      { try $0.pooled(layer: "c", key: Example.key, channels: 1).write(bytes: [0, 0], at: 0) },
      { try $0.inputs(height: 1, width: 1, channels: 1).write([1], at: 0) },
      {
        _ = try $0.bits(
          layer: "c", key: Example.key, shape: MapShape(channels: 2, height: 1, width: 1),
          thresholds: [1])
      },
    ]
    for (index, body) in bodies.enumerated() {
      let description = Example.description(dataset: faces)
      #expect(
        cause { try store.writeSegment(description, body: body) } == .invalid, "body \(index)")
    }
    #expect(
      cause {
        try store.writeSegment(Example.description(dataset: faces, first: 5, count: 6)) { _ in }
      } == .invalid)
    #expect(files(store).isEmpty)
  }

  @Test("Forgotten arrays take their file with them, unless it holds another")
  func remove() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    try store.writeSegment(Example.description(dataset: faces)) { writer in
      let pooled = try writer.pooled(layer: "conv1", key: Example.key, channels: 3)
      try pooled.write((0..<10).flatMap(Example.pooledRow), at: 0)
      try writer.candidates(layer: "conv1", key: Example.key)
        .write(NamedArray("v", shape: [1], .floats([1])))
    }
    #expect(try store.removeArrays(tier: .candidates, keys: [Example.key], dataset: faces) == 1)
    #expect(files(store).count == 1)
    #expect(
      try store.read(key: Example.key, tier: .pooled, dataset: faces, positions: [1]).values
        == Example.pooledRow(1))
    #expect(try store.removeArrays(tier: .pooled, keys: [Example.key], dataset: faces) == 1)
    #expect(files(store).isEmpty)
    #expect(try store.catalogue.value("SELECT count(*) FROM segment").int == 0)
  }

  @Test("Only names that a warehouse makes are recognised")
  func names() {
    let own = [
      SegmentName.arrays(dataset: "a-b", model: "m.s2", key: Example.key, first: 7).path,
      SegmentName.arrays(
        dataset: "d", model: "m", key: Example.key, first: 123_456_789, part: "bits"
      )
      .path,
      SegmentName.inputs(dataset: "d", key: Example.key, first: 0).path,
    ]
    #expect(own[0] == "arrays/a-b/m.s2-0123456789ab-00000007.h5")
    for path in own {
      #expect(SegmentName(recognising: path)?.path == path)
      #expect(SegmentName(recognising: path + ".partial")?.path == path)
    }
    let foreign = [
      "arrays/notes.txt", "arrays/d/mine.h5", "arrays/d/e/m-0123456789ab-00000000.h5",
      "inputs/d/m-00000000.h5", "models/d/m-0123456789ab-00000000.h5", "arrays/../x.h5", "",
      "/etc/passwd", "inputs/0123456789ab/d-1.h5", "arrays//m-0123456789ab-00000000.h5",
      "arrays/../m-0123456789ab-00000000.h5", "inputs/0123456789ab/d-00000000.h5.bak",
    ]
    for path in foreign { #expect(SegmentName(recognising: path) == nil, "\(path)") }
  }
}
