import Foundation
import SQLite
import Testing

/// A fresh folder, removed when it goes out of scope.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lethe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> String { url.appending(path: name).path }
}

/// The `SQLiteError` that `body` throws.
func sqliteError(_ body: () throws -> Void) -> SQLiteError? {
  do {
    try body()
    return nil
  } catch {
    return error as? SQLiteError
  }
}

@Suite("SQLite: connections")
struct ConnectionTests {
  private struct Refusal: Error {}

  @Test("A missing database is made only on request")
  func modes() throws {
    let folder = try TemporaryFolder()
    for mode in [Connection.Mode.readOnly, .immutable, .readWrite] {
      let error = sqliteError { _ = try Connection(path: folder("a.db"), mode: mode) }
      #expect(error?.message.contains(folder("a.db")) == true)
    }
    try Connection(path: folder("a.db"), mode: .create).run("CREATE TABLE t (x)")
    let reader = try Connection(path: folder("a.db"), mode: .readOnly)
    #expect(try reader.value("SELECT count(*) FROM t") == .integer(0))
    #expect(sqliteError { try reader.run("INSERT INTO t VALUES (1)") }?.isWriteFailure == true)
  }

  @Test("An immutable database is read by any name, and leaves no file beside it")
  func immutable() throws {
    let folder = try TemporaryFolder()
    let name = "a b?c#d%41&mode=rw ü.db"
    try Connection(path: folder(name), mode: .create).execute(
      script: "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (7);")
    let reader = try Connection(path: folder(name), mode: .immutable)
    #expect(try reader.value("SELECT x FROM t") == .integer(7))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == [name])
  }

  @Test("A file that is no database is told apart")
  func notADatabase() throws {
    let folder = try TemporaryFolder()
    try Data(String(repeating: "no database ", count: 100).utf8).write(
      to: URL(filePath: folder("t.txt")))
    let error = sqliteError {
      _ = try Connection(path: folder("t.txt"), mode: .readOnly).value("PRAGMA user_version")
    }
    #expect(error?.isNotADatabase == true)
  }

  @Test("A transaction that throws leaves nothing, a nested failure keeps the first error")
  func transactions() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.run("CREATE TABLE t (x UNIQUE)")
    #expect(throws: Refusal.self) {
      try connection.transaction {
        try connection.run("INSERT INTO t VALUES (1)")
        throw Refusal()
      }
    }
    #expect(try connection.value("SELECT count(*) FROM t") == .integer(0))
    let violated = sqliteError {
      try connection.transaction {
        try connection.run("INSERT INTO t VALUES (1)")
        try connection.run("INSERT INTO t VALUES (1)")
      }
    }
    #expect(violated?.code == 2067)
    #expect(violated?.sql == "INSERT INTO t VALUES (1)")
    #expect(
      try connection.transaction { try connection.value("SELECT count(*) FROM t") } == .integer(0))
    try connection.transaction { try connection.run("INSERT INTO t VALUES (2)") }
    #expect(try connection.value("SELECT x FROM t") == .integer(2))
    #expect(connection.lastInsertedRow == 1)
    #expect(connection.changes == 1)
  }

  @Test("A second writer gives up after its patience")
  func busy() throws {
    let folder = try TemporaryFolder()
    let first = try Connection(path: folder("a.db"), mode: .create)
    try first.run("CREATE TABLE t (x)")
    let second = try Connection(path: folder("a.db"), mode: .readWrite, busyTimeout: 1)
    try first.transaction {
      #expect(sqliteError { try second.run("INSERT INTO t VALUES (1)") }?.isBusy == true)
    }
    try second.run("INSERT INTO t VALUES (1)")
  }

  @Test("A script runs to its end or names what failed")
  func script() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.execute(script: "CREATE TABLE t (x); INSERT INTO t VALUES (1), (2); -- end")
    #expect(try connection.value("SELECT sum(x) FROM t") == .integer(3))
    let error = sqliteError { try connection.execute(script: "SELECT 1; SELEC 2") }
    #expect(error?.description.contains("near \"SELEC\": syntax error\n  in: SELECT 1;") == true)
  }

  @Test("A connection lives as long as a statement that was prepared on it")
  func lifetime() throws {
    var connection: Connection? = try Connection(path: ":memory:", mode: .create)
    weak let observed = connection
    try connection?.run("CREATE TABLE t (x)")
    var statement = try connection?.prepare("SELECT 5")
    connection = nil
    #expect(try statement?.step() == true)
    #expect(statement?[0] == .integer(5))
    #expect(observed != nil)
    statement = nil
    // Statements that the connection keeps for reuse do not keep it in turn.
    #expect(observed == nil)
  }

  @Test("A closed connection refuses everything; its files beside the database are gone")
  func close() throws {
    let folder = try TemporaryFolder()
    let connection = try Connection(path: folder("a.db"), mode: .create)
    try connection.execute(script: "PRAGMA journal_mode = WAL; CREATE TABLE t (x)")
    try connection.run("INSERT INTO t VALUES (1)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).count == 3)
    connection.close()
    connection.close()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.db"])
    let errors = [
      sqliteError { try connection.run("SELECT 1") },
      sqliteError { try connection.execute(script: "SELECT 1") },
      sqliteError { try connection.transaction {} },
    ]
    for error in errors { #expect(error?.message == "the connection has been closed") }
    connection.interrupt()
    connection.authorize { _ in true }
    #expect(connection.changes == 0 && connection.lastInsertedRow == 0)
  }

  @Test("A running statement can be stopped")
  func progress() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    connection.onProgress(every: 1000) { true }
    let endless =
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT sum(i) FROM n"
    #expect(sqliteError { _ = try connection.value(endless) }?.isInterrupted == true)
    connection.onProgress(every: 1000) { false }
    #expect(try connection.value("SELECT 1") == .integer(1))
  }

  @Test("The authorizer sees each action and its refusal is told apart")
  func authorizer() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.execute(script: "CREATE TABLE t (x); CREATE TABLE u (y);")
    connection.authorize { action in
      switch action.kind {
      case .select: true
      case .read: action.first == "t"
      case .function: action.second == "count"
      case .recursive, .pragma, .other: false
      }
    }
    #expect(try connection.value("SELECT count(x) FROM t") == .integer(0))
    for sql in [
      "SELECT y FROM u", "SELECT random() FROM t", "INSERT INTO t VALUES (1)", "DROP TABLE t",
      "PRAGMA user_version", "ATTACH 'x.db' AS x",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT i FROM n",
    ] {
      #expect(sqliteError { _ = try connection.rows(sql) }?.isDenied == true, "\(sql)")
    }
  }

  @Test("Many different statements do not push out one that is running")
  func cache() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    for index in 0..<200 {
      #expect(try connection.value("SELECT \(index), ?", index) == .integer(Int64(index)))
    }
  }
}
