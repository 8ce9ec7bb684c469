import SQLite
import Testing

@testable import Query

@Suite("Models of a comparison of concepts")
struct CompareModelsTests {
  /// A small ladder with two repetitions; `conv1` is shared by all, `conv2` moved by the pain
  /// models; `fc` has no bits.
  private func catalogue() throws -> Catalogue {
    let catalogue = try Catalogue()
    try catalogue.addDataset(1, "faces")
    let models = [
      ("emotion", nil), ("pain-fc", "emotion"), ("pain-b1", "emotion"),
      ("emotion-after-pain-fc", "pain-fc"), ("emotion-after-pain-b1", "pain-b1"),
      ("emotion.s2", nil), ("pain-b1.s2", "emotion.s2"), ("pain-b1.s3", "emotion"),
    ]
    try catalogue.connection.run(
      "INSERT INTO segment VALUES (1, 'arrays/a.h5', 1, 0, 1, 1, 'digest')")
    for (index, (name, parent)) in models.enumerated() {
      try catalogue.addModel(index + 1, name, task: "emotion", classes: ["a", "b"])
      try catalogue.connection.run("UPDATE model SET parent = ? WHERE name = ?", parent, name)
      let moved = name.contains("b1") ? "-" + name : ""
      for (ordinal, layer) in ["conv1", "conv2", "fc"].enumerated() {
        let key =
          layer == "conv1" ? "first" : layer == "conv2" ? "second" + moved : "dense-" + name
        try catalogue.connection.run(
          "INSERT INTO layer VALUES (?, ?, ?, 'convolution', 4, 2, 2, ?)", index + 1, ordinal,
          layer, key)
        if layer != "fc" {
          try catalogue.connection.run(
            "INSERT OR IGNORE INTO stored_array VALUES (?, 'bits', 1, 0, 1, '/x', 'bits', 1, 'deflate')",
            key)
        }
      }
    }
    return catalogue
  }

  private func find(
    _ before: String = "emotion", _ after: String = "pain-b1",
    _ change: (inout CompareQuestion) -> Void = { _ in }
  ) throws -> CompareModels {
    var question = CompareQuestion(before: before, after: after)
    change(&question)
    return try CompareModels(question, in: try catalogue().session())
  }

  @Test("layers with bits of both, the retrained head as control, the other repetition")
  func ladder() throws {
    let found = try find()
    #expect(found.layers.map(\.name) == ["conv1", "conv2"])
    #expect(found.layers.map(\.isEqual) == [true, false])
    #expect(found.layers[1].after == "second-pain-b1")
    #expect(found.control == "emotion-after-pain-fc")
    #expect(found.layers[1].control == "second")
    // pain-b1.s3 has no emotion.s3.
    #expect(
      found.layers[1].repetitions == [.init(before: "second", after: "second-pain-b1.s2")])
    #expect(
      found.names == ["emotion", "pain-b1", "emotion-after-pain-fc", "emotion.s2", "pain-b1.s2"])
  }

  @Test("the control must come from the model before, and be another than both")
  func control() throws {
    #expect(try find("pain-fc", "pain-b1").control == "emotion-after-pain-fc")
    #expect(try find("pain-b1", "emotion-after-pain-b1").control == nil)
    #expect(try find("emotion", "emotion-after-pain-fc").control == nil)
    // There is no emotion-after-pain-fc.s2.
    #expect(try find("emotion.s2", "pain-b1.s2").control == nil)
    #expect(try find { $0.control = "pain-fc" }.control == "pain-fc")
    // Layers without bits are no reason to fail for what nobody asked for by name.
    #expect(try find { $0.layers = ["fc"] }.control == nil)
    #expect(try find { ($0.layers, $0.control) = (["fc"], "pain-fc") }.control == "pain-fc")
  }

  @Test("unknown names are answered with near ones")
  func unknown() throws {
    #expect(
      queryError { _ = try find("emotion", "pain-b11") }?.description
        .contains("did you mean pain-b1") == true)
    #expect(
      queryError { _ = try find { $0.layers = ["conv3"] } }?.description
        == "emotion has no layer conv3; did you mean conv1 or conv2?")
    #expect(
      queryError { _ = try find { $0.control = "pain-fx" } }?.description
        .contains("did you mean pain-fc") == true)
  }

  @Test("names of repetitions")
  func repetitions() {
    let names = ["pain-b1", "pain-b1.s2", "a.b.s12", "mine.sx", "model.s", ".s2"]
    #expect(names.map { RepetitionName($0).suffix } == ["", ".s2", ".s12", "", "", ""])
    #expect(RepetitionName("a.b.s12").recipe == "a.b")
  }
}
