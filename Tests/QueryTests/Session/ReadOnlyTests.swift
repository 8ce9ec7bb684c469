import Foundation
import Query
import SQLite
import Testing

@Suite("Read-only session")
struct ReadOnlyTests {
  @Test(
    "whatever writes, attaches or changes the connection is refused",
    arguments: [
      "DELETE FROM sample", "INSERT INTO label VALUES (1, 'a', 'b')",
      "INSERT OR REPLACE INTO label SELECT 1, 'a', 'b'", "UPDATE sample SET path = 'x'",
      "REPLACE INTO label VALUES (1, 'a', 'b')", "CREATE TABLE t (x)", "CREATE TEMP TABLE t (x)",
      "CREATE VIEW v AS SELECT 1", "CREATE TEMP VIEW v AS SELECT 1",
      "CREATE INDEX i ON sample (path)",
      "CREATE TRIGGER t AFTER INSERT ON sample BEGIN SELECT 1; END",
      "CREATE VIRTUAL TABLE v USING fts5(x)", "DROP TABLE sample", "DROP VIEW samples",
      "ALTER TABLE sample ADD COLUMN x", "ATTACH 'other.sqlite' AS other", "DETACH main", "VACUUM",
      "VACUUM INTO 'copy.sqlite'", "REINDEX", "ANALYZE", "BEGIN", "COMMIT", "ROLLBACK",
      "SAVEPOINT s",
      "PRAGMA journal_mode = DELETE", "PRAGMA user_version = 9", "PRAGMA writable_schema = 1",
      "PRAGMA query_only = 0", "PRAGMA foreign_keys = 0", "PRAGMA wal_checkpoint",
      "PRAGMA optimize", "PRAGMA temp_store_directory = '/tmp'", "PRAGMA schema_version = 1",
      "PRAGMA trusted_schema = 1", "SELECT load_extension('x')",
      "WITH w AS (SELECT 1) DELETE FROM sample", "EXPLAIN DELETE FROM sample",
      "DELETE FROM sample RETURNING id", "SELECT fts3_tokenizer('x')",
    ])
  func refused(sql: String) throws {
    let catalogue = try Catalogue.tiny()
    let before = try catalogue.connection.rows("SELECT count(*), group_concat(path) FROM sample")
    let session = try catalogue.session()
    let error = try #require(queryError { _ = try session.table(SQLStatement(sql)) })
    #expect(error.exitCode == 2)
    let after = try session.table(SQLStatement("SELECT count(*), group_concat(path) FROM sample"))
    #expect(after.rows[0][0].int == before[0][0].int)
    #expect(after.rows[0][1].string == before[0][1].string)
  }

  @Test(
    "whatever reads is allowed",
    arguments: [
      "SELECT 1", "VALUES (1), (2)", "SELECT count(*) FROM samples",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n",
      "SELECT subject, row_number() OVER (ORDER BY subject) FROM samples",
      "EXPLAIN QUERY PLAN SELECT * FROM transitions", "EXPLAIN SELECT 1",
      "PRAGMA table_info(samples)", "PRAGMA table_list", "PRAGMA user_version",
      "PRAGMA index_list('sample')",
      "PRAGMA integrity_check", "SELECT name FROM pragma_table_info('samples')",
      "SELECT * FROM sqlite_schema", "SELECT value FROM json_each('[1,2]')",
      "SELECT * FROM json_tree('[1,[2]]')", "SELECT printf('%d', 3), abs(-1), json_array(1)",
      "  -- a comment\nSELECT 1; -- another", "SELECT * FROM landmarks",
    ])
  func allowed(sql: String) throws {
    let session = try Catalogue.tiny().session()
    #expect(throws: Never.self) { _ = try session.table(SQLStatement(sql)) }
  }

  @Test(
    "two statements, or none, are refused", arguments: ["SELECT 1; SELECT 2", "", "-- nothing"])
  func oneStatement(sql: String) throws {
    let session = try Catalogue.tiny().session()
    #expect(queryError { _ = try session.table(SQLStatement(sql)) }?.exitCode == 2)
  }

  @Test("the session sees one state while others write")
  func snapshot() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "c.sqlite").path
    let writer = try Connection(path: path, mode: .create)
    try writer.execute(script: "PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
    let session = try ReadOnlySession(try Connection(path: path, mode: .readOnly))
    let count = SQLStatement("SELECT count(*) FROM t")
    #expect(try session.table(count).rows == [[.integer(0)]])
    try writer.run("INSERT INTO t VALUES (1)")
    #expect(try session.table(count).rows == [[.integer(0)]])
  }

  @Test("the connection is given back as it was")
  func released() throws {
    let catalogue = try Catalogue()
    do { _ = try catalogue.session() }
    #expect(throws: Never.self) { try catalogue.addDataset(7, "again") }
    #expect(throws: Never.self) { _ = try catalogue.session() }
  }

  static let endless = SQLStatement(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")

  @Test("a statement that runs too long is stopped, and the next one runs")
  func timeout() throws {
    let session = try Catalogue().session(.init(timeout: .milliseconds(30)))
    let error = queryError { _ = try session.table(ReadOnlyTests.endless) }
    #expect(error?.exitCode == 1)
    #expect(error?.description.contains("was stopped") == true)
    #expect(try session.table(SQLStatement("SELECT 1")).rows == [[.integer(1)]])
  }

  @Test("a cancelled statement is interrupted")
  func cancelled() throws {
    let session = try Catalogue().session(.init(isCancelled: { true }))
    #expect(queryError { _ = try session.table(ReadOnlyTests.endless) }?.exitCode == 130)
  }

  @Test("rows are written as they come, before an endless statement ends")
  func streaming() throws {
    let session = try Catalogue().session()
    let numbers = SQLStatement(
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
    var bytes: [UInt8] = []
    let summary = try session.write(numbers, to: OutputFormat.csv.writer { bytes += $0 }, limit: 3)
    #expect(summary.rows == 3)
    #expect(summary.isCut)
    #expect(String(decoding: bytes, as: UTF8.self) == "i\n1\n2\n3\n")
  }
}
