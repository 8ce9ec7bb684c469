import Foundation
import HDF5
import Hashing
import SQLite
import Testing

@testable import Warehouse

@Suite("verify finds what is damaged")
struct VerifyTests {
  private struct Stop: Error {}

  private static let arrays = "arrays/faces/emotion-0123456789ab-00000000.h5"
  private static let bits = "arrays/faces/emotion-0123456789ab-00000000.bits.h5"
  private static let inputs = "inputs/fedcba987654/faces-00000000.h5"

  /// A warehouse with every kind of array, masks, thresholds, a model and its predictions.
  private func sound(_ folder: TemporaryFolder) throws -> Store {
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let model = try store.saveModel(Example.model("emotion"), tensors: Example.tensors)
    let shape = MapShape(channels: 3, height: 4, width: 5)
    try store.writeSegment(
      Example.description(dataset: faces),
      body: { writer in
        try writer.pooled(layer: "conv1", key: Example.key, channels: 3)
          .write((0..<10).flatMap(Example.pooledRow), at: 0)
        try writer.maps(layer: "conv1", key: Example.key, shape: shape, as: .u8)
          .write((0..<600).map { Float($0) }, at: 0)
      },
      commit: { _ in
        try store.insertPredictions(
          (1...10).map { PredictionRow(sample: $0, probabilities: [0.25, 0.75]) }, model: model,
          classes: ["anger", "happiness"])
      })
    try store.writeSegment(
      Example.description(dataset: faces, part: "bits"),
      body: { writer in
        try writer.bits(layer: "conv1", key: Example.key, shape: shape, thresholds: [1, 2, 3])
          .write(bytes: [UInt8](repeating: 3, count: 90), at: 0)
      },
      commit: { _ in
        try store.saveThresholds(
          Thresholds(quantile: 0.005, count: 4, values: [1, 2, 3]), key: Example.key,
          dataset: faces)
      })
    try store.writeSegment(
      SegmentDescription(
        name: .inputs(dataset: "faces", key: Example.inputKey, first: 0), dataset: faces,
        first: 0, count: 10, model: nil, key: Example.inputKey, numerics: "", kernel: ""),
      body: { writer in
        try writer.inputs(height: 1, width: 2, channels: 1)
          .write(bytes: [UInt8](repeating: 1, count: 20), at: 0)
        try writer.masks(
          au: 12, kind: .mask, sampleIDs: [writer.sampleIDs[3]], height: 1, width: 2
        ).write(bytes: [0, 1], at: 0)
        try writer.landmarks(
          source: "csv", sampleIDs: [writer.sampleIDs[4]], points: 2, coordinates: [1, 2, 3, 4])
      },
      commit: { _ in
        try store.catalogue.run(
          "INSERT INTO landmark_set (sample, source, points) VALUES (5, 'csv', '[[1,2],[3,4]]')")
        try store.insertMasks(
          [MaskRow(sample: 4, au: 12, kind: .mask, source: "csv", pixels: 1)],
          inputKey: Example.inputKey)
      })
    return store
  }

  @Test("A sound warehouse has no findings, and each file is reported once")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let store = try sound(folder)
    var seen: [VerifyProgress] = []
    #expect(try store.verify { seen.append($0) } == [])
    let weights = try store.model(named: "emotion").file
    #expect(seen.map(\.file) == [Self.bits, Self.arrays, Self.inputs, weights])
    #expect(seen.map(\.done) == seen.map(\.done).sorted() && seen[0].done == 0)
    #expect(seen.allSatisfy { $0.total == seen[0].total && $0.done < $0.total })
    #expect(throws: Stop.self) { try store.verify { _ in throw Stop() } }
    // A reader verifies as well, and a checkpoint of a training run is no stray.
    try Data("x".utf8).write(to: folder("w/models/pain.checkpoint"))
    try store.close()
    #expect(try Store.open(folder("w"), for: .reading).verify() == [])
  }

  /// Damages a file of the warehouse; returns what `verify` finds.
  private func findings(
    after damage: (URL) throws -> Void, to path: String
  ) throws -> [Finding] {
    let folder = try TemporaryFolder()
    let store = try sound(folder)
    try damage(folder("w/" + path))
    return try store.verify()
  }

  @Test("Files: a flipped byte, a cut, a loss, a stranger")
  func files() throws {
    for path in [Self.arrays, Self.bits, Self.inputs] {
      let flipped = try findings(
        after: { url in
          var data = try Data(contentsOf: url)
          data[data.count / 2] ^= 1
          try data.write(to: url)
        }, to: path)
      #expect(flipped.map(\.kind) == [.digest])
      #expect(flipped[0].subject == path)
      let cut = try findings(
        after: { try Data(contentsOf: $0).dropLast().write(to: $0) }, to: path)
      #expect(cut.map(\.kind) == [.length])
      let lost = try findings(after: { try FileManager.default.removeItem(at: $0) }, to: path)
      #expect(lost.map(\.kind) == [.missingFile])
      #expect(lost[0].description == "\(path): the file is missing (missing-file)")
    }
    for name in ["arrays/faces/m-0123456789ab-00000000.h5", "arrays/notes.txt", "models/new.bin"] {
      let stray = try findings(after: { try Data("x".utf8).write(to: $0) }, to: name)
      #expect(stray.map(\.kind) == [.orphan])
      #expect(stray[0].subject == name)
    }
  }

  @Test("Weights: a flipped byte, a loss")
  func weights() throws {
    for isLost in [false, true] {
      let folder = try TemporaryFolder()
      let store = try sound(folder)
      let path = try store.model(named: "emotion").file
      let url = folder("w/" + path)
      if isLost {
        try FileManager.default.removeItem(at: url)
      } else {
        var data = try Data(contentsOf: url)
        data[data.count - 1] ^= 0x80
        try data.write(to: url)
      }
      let found = try store.verify()
      #expect(found.map(\.kind) == [isLost ? .missingFile : .digest])
      #expect(found[0].subject == path)
    }
  }

  @Test(
    "Rows that disagree with their files or each other",
    arguments: [
      ("UPDATE sample SET id = 99 WHERE id = 10", [.reference, .samples]),
      ("UPDATE sample SET position = 12 WHERE id = 10", [.positions, .samples]),
      ("UPDATE segment SET first = 1 WHERE file LIKE 'inputs/%'", [.description, .samples]),
      ("UPDATE stored_array SET dtype = 'f32' WHERE tier = 'maps'", [.shape]),
      ("UPDATE stored_array SET codec = 'relu' WHERE tier = 'maps'", [.shape]),
      ("UPDATE stored_array SET node = '/nowhere' WHERE tier = 'pooled'", [.unreadable]),
      ("UPDATE layer SET channels = 4", [.shape]), ("UPDATE layer SET width = 50", [.shape]),
      ("DELETE FROM threshold", [.thresholds]),
      (#"UPDATE threshold SET "values" = zeroblob(12)"#, [.thresholds]),
      ("DELETE FROM prediction WHERE sample = 3", [.predictions]),
      ("UPDATE prediction SET predicted = 'pain' WHERE sample = 3", [.predictions]),
      ("UPDATE prediction SET probabilities = '[1]' WHERE sample = 3", [.predictions]),
      ("UPDATE prediction SET probabilities = 'x' WHERE sample = 3", [.predictions]),
      ("UPDATE prediction SET confidence = 1.5 WHERE sample = 3", [.predictions]),
      ("DELETE FROM au_mask", [.samples]), ("UPDATE au_mask SET sample = 5", [.samples]),
      ("DELETE FROM landmark_set", [.samples]), ("UPDATE landmark_set SET sample = 6", [.samples]),
      ("UPDATE landmark_set SET source = 'aam'", [.samples]),
      ("UPDATE landmark_set SET points = '[[1,2]]'", [.samples]),
      (
        "UPDATE segment SET file = 'arrays/../x' WHERE file LIKE 'inputs/%'",
        [.description, .orphan]
      ),
      ("UPDATE model SET file = '../secret'", [.description, .orphan]),
      ("DELETE FROM stored_array; DELETE FROM segment", [.orphan]),
      ("UPDATE dataset SET name = 'other'", [.description]),
      ("DELETE FROM model", [.reference]),
    ] as [(String, [Finding.Kind])])
  func rows(sql: String, kinds: [Finding.Kind]) throws {
    let folder = try TemporaryFolder()
    let store = try sound(folder)
    try store.catalogue.execute(script: "PRAGMA foreign_keys = OFF; \(sql)")
    let found = Set(try store.verify().map(\.kind))
    #expect(Set(kinds).isSubset(of: found), "\(sql): \(found)")
  }

  @Test("A segment whose samples are not the catalogue's, though its digest is right")
  func wrongSamples() throws {
    let folder = try TemporaryFolder()
    let store = try sound(folder)
    let url = folder("w/" + Self.arrays)
    try FileManager.default.removeItem(at: url)
    let file = try HDF5File.create(url)
    let root = try file.root()
    let attributes: [(String, HDF5AttributeValue)] = [
      ("format", .text("lethe-segment")), ("version", .integer(1)), ("dataset", .text("faces")),
      ("model", .text("emotion")), ("first", .integer(0)), ("count", .integer(10)),
    ]
    for (name, value) in attributes { try root.attributes.set(value, for: name) }
    try root.createDataset("sample_id", of: .int64, shape: [10]).write((2...11).map { Int64($0) })
    _ = try root.createDataset("layers/conv1/pooled", of: .float32, shape: [9, 3, 2])
    _ = try root.createDataset("layers/conv1/maps", of: .float32, shape: [10, 3, 4, 5])
    try file.close()
    let bytes = [UInt8](try Data(contentsOf: url))
    try setDigest(bytes, in: store)
    #expect(try store.verify().map(\.kind) == [.samples, .shape, .shape])
    // Something else than HDF5 under a right digest.
    try Data("text".utf8).write(to: url)
    try setDigest(Array("text".utf8), in: store)
    #expect(try store.verify().map(\.kind) == [.unreadable])
    #expect(
      cause {
        _ = try store.read(key: Example.key, tier: .pooled, dataset: 1, positions: [0])
      } == .damaged)
  }

  private func setDigest(_ bytes: [UInt8], in store: Store) throws {
    try store.catalogue.run(
      "UPDATE segment SET bytes = ?, sha256 = ? WHERE file = ?", bytes.count,
      SHA256.hex(of: bytes), Self.arrays)
  }

  @Test("A damaged database is a finding of its own")
  func catalogue() throws {
    let folder = try TemporaryFolder()
    let store = try sound(folder)
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'label'"
    let page = try #require(try store.catalogue.value(root).int)
    try store.close()
    let url = folder("w/warehouse.sqlite")
    var data = try Data(contentsOf: url)
    // The head of the page that holds the labels: its cells now point nowhere.
    for index in (page - 1) * 4096..<(page - 1) * 4096 + 64 { data[index] = 0xa5 }
    try data.write(to: url)
    let found = try Store.open(folder("w"), for: .reading).verify()
    #expect(!found.isEmpty && found.allSatisfy { $0.kind == .catalogue })
  }

}
