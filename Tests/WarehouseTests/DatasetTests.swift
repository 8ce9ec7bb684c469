import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Data sets")
struct DatasetTests {
  private struct Refusal: Error {}

  private let rich = SampleRecord(
    split: "test", subject: "s1", sequence: "q", frame: 3, path: "a/1.png", width: 64, height: 48,
    labels: ["emotion": "Happiness", "pain": "no_pain"], scores: ["pspi": 2.5],
    codings: [
      SampleRecord.Coding(
        source: "csv", coded: [12, 4, 6],
        present: [.init(12, intensity: 3), .init(6, intensity: nil)])
    ],
    landmarks: [SampleRecord.Landmarks(source: "csv", points: [SIMD2(1.5, 2), SIMD2(0.1, -3)])],
    masks: [
      SampleRecord.MaskFile(au: 12, kind: .mask, path: "m/12.png"),
      SampleRecord.MaskFile(au: 4, kind: .region, path: "m/4.png"),
    ])

  @Test("Everything that a sample says is in its view")
  func views() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    try store.importDataset(name: "d", format: "csv", root: "/d", options: #"{"a":1}"#) {
      try $0.add(rich)
      try $0.reject(file: "labels.csv", line: 4, reason: "no number")
    }
    func rows(_ sql: String) throws -> [[SQLiteValue]] { try store.catalogue.rows(sql) }
    #expect(
      try rows("SELECT * FROM samples") == [
        [
          .integer(1), .text("d"), .text("test"), .text("s1"), .text("q"), .integer(3),
          .text("a/1.png"), .integer(64), .integer(48),
        ]
      ])
    #expect(
      try rows("SELECT task, label FROM labels ORDER BY 1")
        == [[.text("emotion"), .text("happiness")], [.text("pain"), .text("no_pain")]])
    #expect(try rows("SELECT name, value FROM scores") == [[.text("pspi"), .real(2.5)]])
    #expect(
      try rows("SELECT au, intensity, source FROM aus ORDER BY au")
        == [[.integer(6), .null, .text("csv")], [.integer(12), .real(3), .text("csv")]])
    #expect(
      try rows("SELECT au FROM au_coded ORDER BY au") == [
        [.integer(4)], [.integer(6)], [.integer(12)],
      ])
    #expect(
      try rows("SELECT source, point, x, y FROM landmarks ORDER BY point")
        == [
          [.text("csv"), .integer(0), .real(1.5), .real(2)],
          [.text("csv"), .integer(1), .real(0.1), .real(-3)],
        ])
    #expect(
      try rows("SELECT file, line, reason FROM rejected")
        == [[.text("labels.csv"), .integer(4), .text("no number")]])
    let dataset = try store.dataset(named: "d")
    #expect(
      dataset
        == StoredDataset(
          id: 1, name: "d", format: "csv", root: "/d", options: #"{"a":1}"#, count: 1))
    #expect(
      try store.maskFiles(of: 1, positions: 0..<1).map(\.mask) == rich.masks)
    #expect(try store.classes(of: 1, task: "emotion") == ["happiness"])
    let sample = try #require(try store.samples(of: 1, positions: 0..<9, task: "pain").first)
    #expect(sample.label == "no_pain" && sample.path == "a/1.png" && sample.position == 0)
    #expect(try store.samples(of: 1, positions: 0..<9).first?.label == nil)
  }

  @Test("A failed import leaves nothing; an empty one is an error")
  func failures() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    func attempt(_ body: (DatasetWriter) throws -> Void) throws {
      try store.importDataset(name: "d", format: "csv", root: "/d", body: body)
    }
    #expect(cause { try attempt { _ in } } == .invalid)
    #expect(throws: Refusal.self) {
      try attempt {
        try $0.add(rich)
        throw Refusal()
      }
    }
    #expect(throws: SQLiteError.self) {
      try attempt {
        try $0.add(rich)
        try $0.add(rich)
      }
    }
    var bad = rich
    bad.split = "training"
    #expect(throws: SQLiteError.self) { try attempt { try $0.add(bad) } }
    for table in ["dataset", "sample", "label", "au", "coding", "landmark_set", "mask_file"] {
      #expect(try store.catalogue.value("SELECT count(*) FROM \(table)").int == 0, "\(table)")
    }
    try attempt { try $0.add(rich) }
    #expect(cause { try attempt { try $0.add(rich) } } == .conflict)
    #expect(try store.hasDataset(named: "d"))
    #expect(
      failure { _ = try store.dataset(named: "e") }
        == "e: there is no data set of that name; did you mean d?")
  }

  @Test("A data set that gives way takes with it what was computed from it, and nothing else")
  func replace() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let old = try Example.addFaces(to: store)
    let other = try Example.addFaces(to: store, name: "other", count: 4)
    let model = try store.saveModel(Example.model("m"), tensors: Example.tensors)
    for (dataset, name, count) in [(old, "faces", 10), (other, "other", 4)] {
      let ids = try store.samples(of: dataset, positions: 0..<count).map(\.id)
      try Example.addPooled(
        to: store, dataset: dataset, name: name, count: count,
        commit: { _ in
          try store.insertPredictions(
            ids.map { PredictionRow(sample: $0, probabilities: [1, 0]) }, model: model,
            classes: ["anger", "happiness"])
          try store.insertMasks(
            [MaskRow(sample: ids[0], au: 12, kind: .mask, source: "csv", pixels: 5)],
            inputKey: Example.inputKey)
          try store.saveThresholds(
            Thresholds(quantile: 0.005, count: 9, values: [1, .pi]), key: Example.key,
            dataset: dataset)
        })
    }
    let new = try Example.addFaces(to: store, count: 3, replacing: true)
    #expect(try store.datasets().map(\.name) == ["other", "faces"])
    #expect(try store.dataset(named: "faces").count == 3)
    #expect(try store.catalogue.value("SELECT count(*) FROM predictions").int == 4)
    #expect(try store.catalogue.value("SELECT count(*) FROM au_masks").int == 1)
    #expect(try store.thresholds(key: Example.key, dataset: new) == nil)
    #expect(
      try store.thresholds(key: Example.key, dataset: other)
        == Thresholds(quantile: 0.005, count: 9, values: [1, .pi]))
    #expect(
      cause {
        _ = try store.read(key: Example.key, tier: .pooled, dataset: new, positions: [0])
      } == .notStored)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder("w/arrays/faces").path).isEmpty)
    #expect(try store.catalogue.rows("PRAGMA foreign_key_check").isEmpty)
    try store.removeDataset(named: "other")
    #expect(try store.datasets().map(\.name) == ["faces"])
    #expect(try store.catalogue.rows("PRAGMA foreign_key_check").isEmpty)
  }
}
