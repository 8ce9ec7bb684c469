import Compute
import Foundation
import Raster
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Pictures and faces that change after they were added") struct ChangedPictureTests {
  private func ingest(_ store: Store) throws {
    _ = try ActivationIngest(
      store: store,
      options: IngestOptions(
        keep: KeepOptions(bits: true, layers: ["conv3_2"]), threads: 2), monitor: Monitor()
    ).run()
  }

  private func add(_ small: SmallWarehouse, to store: Store) throws -> DatasetSummary {
    try DatasetImport.run(
      path: small.folder.url.appendingPathComponent("pictures").path, as: "noise",
      options: DatasetImportOptions(), into: store)
  }

  private func repaint(_ name: String, in small: SmallWarehouse) throws {
    let side = SmallWarehouse.side
    let picture = Picture(
      width: side, height: side, channels: 3,
      pixels: (0..<side * side * 3).map { UInt8($0 * 7 % 251) })
    try small.folder.write(picture.pngData(), to: "pictures/\(name)")
  }

  /// Everything that an ingest stores, without row ids of segments.
  private func content(of store: Store) throws -> [String] {
    let dataset = try store.dataset(named: "noise")
    var lines = try store.catalogue.rows(
      """
      SELECT m.name, s.path, p.predicted, p.probabilities FROM prediction p
      JOIN model m ON m.id = p.model JOIN sample s ON s.id = p.sample ORDER BY 1, 2
      """
    ).map { "\($0)" }
    lines += try store.catalogue.rows(
      "SELECT key, quantile, count, hex(\"values\") FROM threshold ORDER BY 1"
    ).map { "\($0)" }
    for row in try store.catalogue.rows(
      "SELECT DISTINCT key, tier FROM stored_array WHERE tier IN ('inputs', 'pooled', 'bits')"
        + " ORDER BY 1, 2")
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init) else { continue }
      let positions = 0..<dataset.count
      let values =
        tier == .pooled
        ? try store.read(key: key, tier: tier, dataset: dataset.id, positions: positions)
          .values.map { Int($0.bitPattern) }
        : try store.readBytes(key: key, tier: tier, dataset: dataset.id, positions: positions)
          .values.map(Int.init)
      lines.append("\(key) \(tier) \(values.count) \(values.hashValue)")
    }
    return lines
  }

  private func count(_ table: String, _ store: Store) throws -> Int? {
    try store.catalogue.value("SELECT count(*) FROM \(table)").int
  }

  @Test(
    "after a picture has changed, an ingest gives what one of the new pictures gives from scratch",
    arguments: ["train", "test"])
  func equalsFresh(split: String) throws {
    let small = try SmallWarehouse(samples: 280, subjects: 280)
    let store = try small.open()
    try ingest(store)
    let name = try #require(
      store.catalogue.value(
        "SELECT path FROM samples WHERE split = ? ORDER BY sample_id DESC LIMIT 1", split
      ).string)
    let bitsBefore = try count("stored_array WHERE tier = 'bits'", store)
    let before = try content(of: store)
    try repaint(name, in: small)
    let summary = try add(small, to: store)
    #expect(summary.update?.pictures == 1 && summary.update?.unchanged == 280)
    #expect(summary.notes.contains { $0.text.contains("1 pictures are others") })
    // The first block keeps what does not follow from thresholds.
    #expect(try count("stored_array WHERE tier = 'pooled' AND first = 256", store) == 0)
    #expect(try count("stored_array WHERE tier = 'pooled' AND first = 0", store) ?? 0 > 0)
    #expect(try count("prediction", store) == 3 * 256)
    let bits = try count("stored_array WHERE tier = 'bits'", store)
    #expect(split == "train" ? bits == 0 : bits == bitsBefore.map { $0 / 2 })
    #expect(try count("threshold", store) == (split == "train" ? 0 : bitsBefore.map { $0 / 2 }))
    #expect(try store.verify().isEmpty)
    try ingest(store)
    #expect(try store.verify().isEmpty)
    let after = try content(of: store)
    #expect(after != before)

    let fresh = try Store.open(
      small.folder.url.appendingPathComponent("fresh"), for: .writing(create: true))
    _ = try add(small, to: fresh)
    for model in try store.models() {
      try fresh.save(
        NetworkDescription(
          name: model.record.name, task: model.record.task, graph: Variant(model).graph,
          classes: model.record.classes, preprocessing: .builtIn(size: SmallWarehouse.side)),
        parameters: store.parameters(of: model))
    }
    try ingest(fresh)
    #expect(try content(of: fresh) == after)
  }

  @Test("a file that was only copied or touched changes nothing")
  func touched() throws {
    let small = try SmallWarehouse(samples: 4, subjects: 4)
    let store = try small.open()
    try ingest(store)
    let before = try content(of: store)
    let file = small.folder.url.appendingPathComponent("pictures/p0.png")
    try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
    let summary = try add(small, to: store)
    #expect(summary.update?.pictures == 0 && summary.update?.unchanged == 4)
    #expect(try content(of: store) == before)
  }

  @Test("a picture of another size takes its place")
  func resized() throws {
    let small = try SmallWarehouse(samples: 4, subjects: 4)
    let store = try small.open()
    try ingest(store)
    let picture = Picture(
      width: 40, height: 24, channels: 1, pixels: [UInt8](repeating: 3, count: 40 * 24))
    try small.folder.write(picture.pngData(), to: "pictures/p1.png")
    #expect(try add(small, to: store).update?.pictures == 1)
    #expect(
      try store.catalogue.rows("SELECT width, height FROM samples WHERE path = 'p1.png'")
        == [[.integer(40), .integer(24)]])
    #expect(try count("prediction", store) == 0)
  }

  @Test("concepts and relevance of the old picture go with it")
  func derived() throws {
    let small = try SmallWarehouse(samples: 4, subjects: 4)
    let store = try small.open()
    try ingest(store)
    try store.catalogue.execute(
      script: """
        INSERT INTO concept (key, dataset, au, split, loss, options, n_fit, n_present, n_absent,
                             n_unknown, weights, scores)
        SELECT prefix, 1, 12, 'test', 'weighted-bce', '{}', 1, 1, 1, 0, '[]', x''
        FROM layer WHERE model = 1 AND ordinal = 0;
        INSERT INTO relevance_run (model, dataset, composite, bias, target, key)
        VALUES (1, 1, 'epsilon', 'keep', 'true', 'k');
        INSERT INTO relevance_sample (run, sample, class, start, input)
        SELECT 1, id, 'anger', 1, 1 FROM sample;
        INSERT INTO relevance_au (run, sample, au) SELECT 1, id, 12 FROM sample;
        """)
    try repaint("p2.png", in: small)
    _ = try add(small, to: store)
    for table in ["concept", "relevance_run", "relevance_sample", "relevance_au", "au_mask"] {
      #expect(try count(table, store) == 0, "\(table)")
    }
  }

  @Test("an ingest refuses a picture that is not the one it has read before")
  func whileIngesting() throws {
    let small = try SmallWarehouse(samples: 4, subjects: 4)
    let store = try small.open()
    try ingest(store)
    try repaint("p3.png", in: small)
    let other = InputIngest(
      store: store, geometry: .init(size: 48), dataset: try store.dataset(named: "noise"),
      threads: 1, monitor: Monitor())
    let error = #expect(throws: IngestError.self) { try other.run() }
    #expect(error?.problem.contains("another picture than the one that was read before") == true)
    _ = try add(small, to: store)
    #expect(try other.run() == 4)
  }

  @Test("landmarks that move drop what networks computed that take pictures by them, and no other")
  func movedLandmarks() throws {
    let small = try SmallWarehouse(samples: 6, subjects: 6)
    let store = try small.open()
    let base = try store.model(named: "base")
    var preprocessing = Preprocessing.builtIn(size: SmallWarehouse.side)
    preprocessing.geometry.crop = .landmarks
    try store.save(
      NetworkDescription(
        name: "cropped", task: "emotion", graph: Variant(base).graph, classes: Labels.emotions,
        preprocessing: preprocessing), parameters: store.parameters(of: base))
    try ingest(store)
    let csv = small.folder.url.appendingPathComponent("pictures/labels.csv")
    let text = try String(contentsOf: csv, encoding: .utf8)
    // The last coordinate of the first sample, by a pixel.
    var lines = text.split(separator: "\n").map(String.init)
    let comma = try #require(lines[1].lastIndex(of: ","))
    lines[1] = lines[1][..<comma] + ",9"
    try small.folder.write(lines.joined(separator: "\n") + "\n", to: "pictures/labels.csv")
    let summary = try add(small, to: store)
    #expect(summary.update?.updated == 1 && summary.update?.pictures == 0)
    #expect(summary.notes.contains { $0.text.contains("by which `cropped` take pictures") })
    let counts = try store.catalogue.rows(
      "SELECT m.name, count(p.sample) FROM model m LEFT JOIN prediction p ON p.model = m.id"
        + " GROUP BY 1 ORDER BY 1")
    #expect(
      counts
        == ["base", "cropped", "deep", "head"].map {
          [.text($0), .integer($0 == "cropped" ? 0 : 6)]
        })
    let variants = try store.models().map { try Variant($0) }
    for variant in variants {
      let left = try store.catalogue.row(
        "SELECT 1 FROM stored_array WHERE key = ? AND tier = 'pooled'", variant.head.key)
      #expect((left == nil) == (variant.name == "cropped"))
    }
    #expect(try store.verify().isEmpty)
  }
}
