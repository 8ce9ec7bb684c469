import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Public views")
struct ViewTests {
  /// Columns as design and documentation name them.
  private let columns = [
    "datasets": "dataset, format, root, samples",
    "samples": "sample_id, dataset, split, subject, sequence, frame, path, width, height",
    "labels": "sample_id, task, label", "scores": "sample_id, name, value",
    "aus": "sample_id, au, intensity, source", "au_coded": "sample_id, au, source",
    "landmarks": "sample_id, source, point, x, y",
    "au_masks": "sample_id, au, source, preprocessing, pixels",
    "au_regions": "sample_id, au, source, preprocessing, pixels",
    "models": "model, task, parent, rung, trainable_from, seed, sha256, numerics, kernel",
    "layers": "model, ordinal, layer, kind, channels, height, width, prefix, stored",
    "predictions":
      "model, sample_id, dataset, split, subject, task, label, predicted, correct, confidence",
    "probabilities": "model, sample_id, task, class, p",
    "transitions":
      "before, after, sample_id, dataset, split, subject, task, label, predicted_before, "
      + "predicted_after, outcome, confidence_before, confidence_after",
    "runs": "run, kind, model, dataset, state, started, finished",
    "epochs": "model, epoch, split, loss, accuracy",
    "rejections": "dataset, file, line, reason",
    "concepts":
      "concept_id, model, layer, au, loss, split, set_iou, set_iou_all, presence_auc, best_filter, "
      + "best_filter_iou, control_iou, converged, dataset, n_fit, n_present, n_absent, n_unknown, "
      + "mean_iou, region_iou, place_iou, weights_iou, alpha, loss_value, iterations, options, note",
    "concept_weights": "concept_id, channel, weight",
    "relevance": "model, sample_id, composite, target, bias, class, start, input",
    "relevance_sums":
      "model, sample_id, composite, target, bias, ordinal, layer, relevance",
    "relevance_in_au":
      "model, sample_id, composite, target, au, mass, rank, hit, area_mass, bias",
    "hypotheses":
      "hypothesis_id, before, after, dataset, split, text, direction, aus, samples, added",
  ]

  @Test("Each view has its columns, and a plain connection opens it")
  func names() throws {
    let folder = try TemporaryFolder()
    try Example.store(in: folder).close()
    let plain = try Connection(path: folder("w/warehouse.sqlite").path, mode: .readOnly)
    let views = try plain.rows("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
    #expect(views.map(\.[0].string) == columns.keys.sorted())
    for (view, expected) in columns {
      let statement = try plain.prepare("SELECT * FROM \(view)")
      #expect(statement.columns.joined(separator: ", ") == expected, "\(view)")
      #expect(try !statement.step())
    }
  }

  @Test("The documentation names every view and column")
  func documentation() throws {
    let schema = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "schema/README.md")
    let text = try String(contentsOf: schema, encoding: .utf8)
    let sections = text.components(separatedBy: "\n### ")
    for (view, list) in columns {
      let section = try #require(
        sections.first { $0.hasPrefix("`\(view)`") }, "there is no section on \(view)")
      for column in list.components(separatedBy: ", ") {
        #expect(section.contains("| `\(column)` |"), "\(view).\(column)")
      }
    }
  }

  /// Two emotion models over three labelled samples and one without a label, and a pain model.
  private func catalogue(_ folder: TemporaryFolder) throws -> Store {
    let store = try Example.store(in: folder)
    let labels = ["happiness", "anger", "happiness", nil]
    try store.importDataset(name: "d", format: "csv", root: "/d") { writer in
      for (index, label) in labels.enumerated() {
        var record = SampleRecord(
          split: "test", subject: "s", path: "\(index)", width: 1, height: 1)
        record.labels["emotion"] = label
        try writer.add(record)
      }
    }
    let emotion = ["anger", "happiness"]
    let said: [(String, String, [[Float]])] = [
      ("a", "emotion", [[0.25, 0.75], [0.5, 0.5], [0.875, 0.125], [1, 0]]),
      ("b", "emotion", [[0.75, 0.25], [0.625, 0.375], [0.25, 0.75], [1, 0]]),
      ("p", "pain", [[1, 0], [1, 0], [1, 0], [1, 0]]),
    ]
    for (name, task, probabilities) in said {
      let classes = task == "emotion" ? emotion : ["no_pain", "pain"]
      let model = try store.saveModel(
        Example.model(name, task: task, classes: classes), tensors: Example.tensors)
      try store.insertPredictions(
        probabilities.enumerated().map {
          PredictionRow(sample: Int64($0.offset + 1), probabilities: $0.element)
        }, model: model, classes: classes)
    }
    return store
  }

  @Test("predictions: correct is empty where there is no label of the task")
  func predictions() throws {
    let store = try catalogue(TemporaryFolder())
    let rows = try store.catalogue.rows(
      "SELECT sample_id, label, predicted, correct, confidence FROM predictions WHERE model = 'a'")
    #expect(
      rows == [
        [.integer(1), .text("happiness"), .text("happiness"), .integer(1), .real(0.75)],
        // The first of equal probabilities.
        [.integer(2), .text("anger"), .text("anger"), .integer(1), .real(0.5)],
        [.integer(3), .text("happiness"), .text("anger"), .integer(0), .real(0.875)],
        [.integer(4), .null, .text("anger"), .null, .real(1)],
      ])
    #expect(
      try store.catalogue.value(
        "SELECT count(*) FROM predictions WHERE model = 'p' AND correct IS NULL AND label IS NULL"
      ).int == 4)
  }

  @Test("transitions: both models right or wrong, of one task, over labelled samples")
  func transitions() throws {
    let store = try catalogue(TemporaryFolder())
    let rows = try store.catalogue.rows(
      """
      SELECT sample_id, predicted_before, predicted_after, outcome FROM transitions
      WHERE before = 'a' AND after = 'b' ORDER BY 1
      """)
    #expect(
      rows == [
        [.integer(1), .text("happiness"), .text("anger"), .text("forgotten")],
        [.integer(2), .text("anger"), .text("anger"), .text("retained")],
        [.integer(3), .text("anger"), .text("happiness"), .text("gained")],
      ])
    let back = try store.catalogue.rows(
      "SELECT outcome FROM transitions WHERE before = 'b' AND after = 'a' ORDER BY sample_id")
    #expect(back.map(\.[0].string) == ["gained", "retained", "forgotten"])
    let same = try store.catalogue.rows(
      "SELECT outcome FROM transitions WHERE before = 'a' AND after = 'a' ORDER BY sample_id")
    #expect(same.map(\.[0].string) == ["retained", "retained", "missed"])
    #expect(
      try store.catalogue.value("SELECT count(*) FROM transitions WHERE after = 'p'").int == 0)
  }

  @Test("probabilities: one row a class, in the model's order")
  func probabilities() throws {
    let store = try catalogue(TemporaryFolder())
    let rows = try store.catalogue.rows(
      "SELECT class, p FROM probabilities WHERE model = 'b' AND sample_id = 3 ORDER BY class")
    #expect(rows == [[.text("anger"), .real(0.25)], [.text("happiness"), .real(0.75)]])
    #expect(try store.catalogue.value("SELECT count(*) FROM probabilities").int == 24)
  }

  @Test("layers: what is stored, without what is private")
  func layers() throws {
    let folder = try TemporaryFolder()
    let store = try catalogue(folder)
    try store.writeSegment(Example.description(dataset: 1, name: "d", count: 4)) { writer in
      try writer.pooled(layer: "conv1", key: Example.key, channels: 1)
        .write([Float](repeating: 0, count: 8), at: 0)
      try writer.maps(
        layer: "conv1", key: Example.key, shape: MapShape(channels: 1, height: 1, width: 1),
        as: .f16
      ).write([1, 2, 3, 4], at: 0)
      _ = try writer.candidates(layer: "conv1", key: Example.key)
    }
    #expect(
      try store.catalogue.rows("SELECT model, layer, stored FROM layers ORDER BY model")
        == ["a", "b", "p"].map { [.text($0), .text("conv1"), .text("maps,pooled")] })
    let info = try store.info()
    #expect(info.datasets.map(\.samples) == [4])
    #expect(info.models.map(\.predictions) == [4, 4, 4])
    #expect(info.arrays.map(\.tier) == ["candidates", "maps", "pooled"])
    #expect(info.arrays.allSatisfy { $0.models == ["a", "b", "p"] && $0.samples == 4 })
    #expect(info.sharedBytes == 2 * info.arrays.reduce(0) { $0 + $1.bytes })
    #expect(info.datasets[0].arrayBytes > 0 && info.datasets[0].inputBytes == 0)
    #expect(info.totalBytes > info.catalogueBytes + info.datasets[0].arrayBytes)
    // The first model carries the bytes, the others share them.
    let uses = try store.layerBytes()
    #expect(uses.map(\.model) == ["a", "a", "a", "b", "b", "b", "p", "p", "p"])
    #expect(uses.map(\.sharedWith) == [nil, nil, nil] + [String?](repeating: "a", count: 6))
    #expect(uses.map(\.storedBytes) == uses.map { $0.sharedWith == nil ? $0.bytes : 0 })
    #expect(uses.reduce(0) { $0 + $1.bytes - $1.storedBytes } == info.sharedBytes)
    #expect(uses[1].tier == "maps" && uses[1].rawBytes == 4 * 3 * 4 * 5 * 2)
    #expect(uses[2].tier == "pooled" && uses[2].rawBytes == 4 * 3 * 2 * 4)
  }
}
