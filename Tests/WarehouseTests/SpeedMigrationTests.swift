import SQLite
import Testing

@testable import Warehouse

@Suite("Migration speed: what is answered in one pass")
struct SpeedMigrationTests {
  /// A catalogue of the version before with two codings, a model and its predictions.
  private func old() throws -> Connection {
    let catalogue = try Connection(path: ":memory:", mode: .create)
    try Migrations.apply(
      Array(Migrations.all.prefix { !$0.name.hasSuffix("-speed") }), to: catalogue)
    try catalogue.execute(
      script: """
        INSERT INTO dataset (name, format, root) VALUES ('faces', 'csv', '/');
        INSERT INTO sample (id, dataset, position, split, subject, path, width, height)
          VALUES (1, 1, 0, 'test', 'a', '0', 1, 1), (2, 1, 1, 'train', 'b', '1', 1, 1);
        INSERT INTO coding VALUES (1, 'labels', '[4,12]'), (2, 'tool', '[12]');
        INSERT INTO sample_coding VALUES (1, 1), (1, 2), (2, 2);
        INSERT INTO model (id, name, task, sha256, file, graph, classes, preprocessing, input_key)
          VALUES (1, 'm', 'emotion', '', '', '', '["anger","fear"]', '', '');
        INSERT INTO label VALUES (1, 'emotion', 'fear');
        INSERT INTO prediction VALUES (1, 1, 'fear', 0.75, '[0.25,0.75]'),
          (1, 2, 'anger', 1, '[1,0]');
        """)
    return catalogue
  }

  private func rows(_ sql: String, _ catalogue: Connection) throws -> [[SQLiteValue]] {
    try catalogue.rows(sql)
  }

  @Test("views say the same as before it, and of what comes after it too")
  func views() throws {
    let catalogue = try old()
    let questions = [
      "SELECT * FROM au_coded ORDER BY 1, 2, 3", "SELECT * FROM probabilities ORDER BY 1, 2, 4",
      "SELECT * FROM predictions ORDER BY 1, 2",
    ]
    let before = try questions.map { try rows($0, catalogue) }
    #expect(before[0].count == 4)
    #expect(before[1].count == 4)
    try Migrations.apply(to: catalogue)
    #expect(try questions.map { try rows($0, catalogue) } == before)

    try catalogue.execute(
      script: """
        INSERT INTO coding VALUES (3, 'labels', '[1,2,6]');
        INSERT INTO sample_coding VALUES (2, 3);
        INSERT INTO model (id, name, task, sha256, file, graph, classes, preprocessing, input_key)
          VALUES (2, 'n', 'emotion', '', '', '', '["fear","anger","joy"]', '', '');
        INSERT INTO prediction VALUES (2, 1, 'joy', 0.5, '[0.125,0.375,0.5]');
        """)
    #expect(
      try rows("SELECT au FROM au_coded WHERE sample_id = 2 ORDER BY au", catalogue)
        .map(\.[0].int) == [1, 2, 6, 12])
    #expect(
      try rows("SELECT class, p FROM probabilities WHERE model = 'n' ORDER BY p", catalogue)
        == [
          [.text("fear"), .real(0.125)], [.text("anger"), .real(0.375)],
          [.text("joy"), .real(0.5)],
        ])
    #expect(
      try rows(
        "SELECT outcome, confidence_before, confidence_after FROM transitions WHERE after = 'n' "
          + "AND before = 'm'", catalogue)
        == [[.text("forgotten"), .real(0.75), .real(0.5)]])
  }

  @Test("what belongs to a coding or a model goes with it")
  func deletion() throws {
    let catalogue = try old()
    try catalogue.execute(script: "PRAGMA foreign_keys = ON")
    try Migrations.apply(to: catalogue)
    try catalogue.execute(
      script: """
        DELETE FROM sample_coding; DELETE FROM coding; DELETE FROM prediction; DELETE FROM model
        """)
    #expect(try catalogue.value("SELECT count(*) FROM coding_au").int == 0)
    #expect(try catalogue.value("SELECT count(*) FROM model_class").int == 0)
  }

  @Test(
    "large questions are planned without sorting samples, whatever was measured",
    arguments: [
      "SELECT model, split, avg(correct) FROM predictions WHERE dataset = 'faces' "
        + "GROUP BY model, split ORDER BY model, split",
      "SELECT model, avg(correct) FROM predictions WHERE dataset = 'faces' GROUP BY model",
      "SELECT class, avg(p) FROM probabilities WHERE model = 'm' AND class = 'fear'",
      "SELECT a.sample_id, a.au FROM aus a WHERE a.sample_id IN "
        + "(SELECT sample_id FROM samples WHERE dataset = 'faces') ORDER BY a.sample_id, a.au",
    ])
  func plans(sql: String) throws {
    let catalogue = try old()
    try Migrations.apply(to: catalogue)
    let plan = try rows("EXPLAIN QUERY PLAN " + sql, catalogue).compactMap(\.[3].string)
    #expect(!plan.contains { $0.contains("TEMP B-TREE") || $0.contains("SCAN p") }, "\(plan)")
  }
}
