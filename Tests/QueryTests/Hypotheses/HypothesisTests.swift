import Foundation
import Query
import SQLite
import Testing
import Warehouse

@Suite("Hypotheses") struct HypothesisTests {
  private func file(_ item: String, format: String = "lethe-hypotheses-1") -> [UInt8] {
    Array(
      """
      {"format": "\(format)", "before": "a", "after": "b", "dataset": "d", "split": "test",
       "hypotheses": [\(item)]}
      """.utf8)
  }

  @Test("a report's file reads back, with units in order and text trimmed")
  func reading() throws {
    let bytes = file(
      #"{"text": " less brow ", "direction": "less", "aus": [4, 1, 4], "samples": [7]}"#)
    let record = try #require(try HypothesisFile.read(bytes, named: "h.json").first)
    #expect(
      record
        == HypothesisRecord(
          before: "a", after: "b", dataset: "d", split: "test", text: "less brow",
          direction: .less, aus: [1, 4], samples: [7]))
  }

  @Test(
    "what is no such file is refused with the place",
    arguments: [
      ("{", "not JSON"), ("[]", "not what it should be"), ("{}", "is missing"),
    ])
  func refusing(text: String, reason: String) {
    let error = queryError { _ = try HypothesisFile.read(Array(text.utf8), named: "h.json") }
    #expect(error?.description.contains("h.json") == true)
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test(
    "hypotheses that say nothing are refused, all of a file or none",
    arguments: [
      #"{"text": "", "direction": "less", "aus": [1]}"#,
      #"{"text": "x", "direction": "less", "aus": []}"#,
      #"{"text": "x", "direction": "less", "aus": [0]}"#,
      #"{"text": "x", "direction": "down", "aus": [1]}"#,
      #"{"text": "x", "direction": "less", "aus": [1e99]}"#,
    ])
  func contents(item: String) {
    #expect(queryError { _ = try HypothesisFile.read(file(item), named: "h") } != nil)
  }

  @Test("another format and a file that is too large are refused")
  func format() {
    let other = file(#"{"text": "x", "direction": "less", "aus": [1]}"#, format: "notes")
    #expect(
      queryError { _ = try HypothesisFile.read(other, named: "h") }?.description
        .contains("lethe-hypotheses-1") == true)
    let large = [UInt8](repeating: 32, count: HypothesisFile.limit + 1)
    #expect(queryError { _ = try HypothesisFile.read(large, named: "h") } != nil)
  }

  @Test("written down once, and tested with a price for each")
  func testing() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: "/d") { writer in
      for index in 0..<8 {
        _ = try writer.add(
          SampleRecord(
            split: "test", subject: "s\(index)", path: "\(index).png", width: 8, height: 8,
            labels: ["emotion": "joy"],
            codings: [.init(source: "csv", coded: [1, 2], present: [.init(1, intensity: 3)])]))
      }
    }
    for name in ["before", "after"] {
      let model = try store.saveModel(
        ModelRecord(
          name: name, task: "emotion", graph: "{}", classes: ["joy", "none"], preprocessing: "{}",
          inputKey: "key",
          layers: [
            LayerRecord(
              name: "conv", kind: "convolution",
              shape: MapShape(channels: 1, height: 2, width: 2), prefix: name)
          ]), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
      let isBefore = name == "before"
      try store.insertPredictions(
        (1...8).map { .init(sample: $0, probabilities: isBefore ? [0.9, 0.1] : [0.1, 0.9]) },
        model: model, classes: ["joy", "none"])
      try store.catalogue.run(
        "INSERT INTO relevance_run VALUES (?, ?, ?, 'epsilon-plus-flat', 'keep', 'true', 'k')",
        model, model, dataset)
      for sample in 1...8 {
        // Each loses a tenth of the relevance on AU1.
        try store.catalogue.run(
          "INSERT INTO relevance_au VALUES (?, ?, 1, ?, 1, 0.5, 1)", model, sample,
          isBefore ? 0.4 : 0.3)
      }
    }
    func record(_ direction: HypothesisRecord.Direction) -> HypothesisRecord {
      HypothesisRecord(
        before: "before", after: "after", dataset: "faces", split: "test", text: "brow",
        direction: direction, aus: [1])
    }
    #expect(try store.addHypotheses([record(.less), record(.more)]) == 2)
    #expect(try store.addHypotheses([record(.less)]) == 0)
    let session = try ReadOnlySession(store)
    var strange = record(.less)
    strange.aus = [9]
    #expect(queryError { try session.check([strange]) }?.description.contains("AU1, AU2") == true)
    let answer = try session.hypothesisTests(.init(), of: store)
    let table = try session.table(answer)
    let rows = table.rows.filter { $0[6] == .text("relevance") }
    // Eight people, all the same way: 2 of 256 patterns, one-sided 1 of 256; two tests.
    #expect(agree(rows[0][10].double, -0.1))
    #expect(agree(rows[0][11].double, 1.0 / 256) && agree(rows[0][12].double, 2.0 / 256))
    #expect(rows[0].last == .text("supported") && rows[1].last == .text("not shown"))
    // Nothing is stored that concepts or probes could be asked of: that is said.
    #expect(
      table.rows.filter { $0[6] == .text("concepts") }.allSatisfy {
        $0.last == .text("no evidence")
      })
    #expect(answer.notes.contains { $0.hasPrefix("concepts: ") })
  }
}
