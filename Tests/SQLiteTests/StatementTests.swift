import SQLite
import Testing

@Suite("SQLite: statements")
struct StatementTests {
  @Test(
    "Values come back as they went in",
    arguments: [
      .null, .integer(0), .integer(.min), .integer(.max), .real(0.1), .real(-.infinity),
      .real(.leastNonzeroMagnitude), .text(""), .text("größer \u{1F9E0}"), .text("a\u{0}b"),
      .blob([]), .blob([0, 255, 1]),
    ] as [SQLiteValue])
  func roundTrip(value: SQLiteValue) throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    #expect(try connection.value("SELECT ?", value) == value)
  }

  @Test("Swift values are bound by their kind")
  func bindables() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    let row = try connection.row(
      "SELECT ?, ?, ?, ?, ?, ?, ?, ?", 1, Int64(2), true, 0.5, Float(0.25), "t", [UInt8(9)],
      Int?.none)
    #expect(
      row == [
        .integer(1), .integer(2), .integer(1), .real(0.5), .real(0.25), .text("t"), .blob([9]),
        .null,
      ])
    #expect(try connection.value("SELECT ?", Double.nan) == .null)
  }

  @Test("Accessors answer for their own kind")
  func accessors() {
    #expect(SQLiteValue.integer(3).int == 3)
    #expect(SQLiteValue.integer(3).double == 3)
    #expect(SQLiteValue.real(2.5).double == 2.5)
    #expect(SQLiteValue.real(2.5).int == nil)
    #expect(SQLiteValue.text("a").string == "a")
    #expect(SQLiteValue.blob([1]).bytes == [1])
    #expect(SQLiteValue.null.isNull && !SQLiteValue.integer(0).isNull)
    #expect(SQLiteValue.null.string == nil && SQLiteValue.null.double == nil)
  }

  @Test("Parameters that are left out are NULL, those too many an error")
  func parameters() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    #expect(try connection.row("SELECT ?, ?", 1) == [.integer(1), .null])
    // The kept statement does not remember the last binding.
    #expect(try connection.row("SELECT ?, ?", 1, 2) == [.integer(1), .integer(2)])
    #expect(try connection.row("SELECT ?, ?", 3) == [.integer(3), .null])
    #expect(sqliteError { _ = try connection.row("SELECT ?", 1, 2) } != nil)
  }

  @Test("Named parameters, columns and read-only statements")
  func names() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.run("CREATE TABLE t (x)")
    let statement = try connection.prepare("SELECT :a AS first, $b + 1 AS second, @c")
    #expect(statement.parameterNames == [":a", "$b", "@c"])
    #expect(statement.columns == ["first", "second", "@c"])
    #expect(try statement.bind(.integer(4), to: "$b"))
    #expect(try !statement.bind(.integer(4), to: "b"))
    #expect(try statement.step())
    #expect(statement.row == [.null, .integer(5), .null])
    #expect(try !statement.step())
    #expect(statement.row.isEmpty)
    statement.reset()
    #expect(try statement.step())
    #expect(statement[1] == .integer(5))
    #expect(statement.isReadOnly)
    #expect(try !connection.prepare("INSERT INTO t VALUES (1)").isReadOnly)
  }

  @Test("Text holds exactly one statement")
  func oneStatement() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    for sql in ["SELECT 1", "SELECT 1;", " SELECT 1 ; -- and so on", "SELECT 1; /* x */ ; "] {
      #expect(try connection.rows(sql) == [[.integer(1)]], "\(sql)")
    }
    for sql in ["", "  -- only a comment", ";", "SELECT 1; SELECT 2", "SELECT 1; nonsense"] {
      #expect(sqliteError { _ = try connection.rows(sql) } != nil, "\(sql)")
    }
  }

  @Test("A failed step leaves the statement ready")
  func failedStep() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.run("CREATE TABLE t (x CHECK (x > 0))")
    let statement = try connection.prepare("INSERT INTO t VALUES (?)")
    try statement.bind([-1])
    #expect(sqliteError { _ = try statement.step() }?.primaryCode == 19)
    try statement.bind([1])
    #expect(try !statement.step())
    #expect(try connection.value("SELECT count(*) FROM t") == .integer(1))
  }

  @Test("An error shows code, message and statement, never the values")
  func errors() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.run("CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT")
    let error = sqliteError { try connection.run("INSERT INTO t VALUES (?)", "secret") }
    #expect(error?.sql == "INSERT INTO t VALUES (?)")
    #expect(error?.description.contains("secret") == false)
    let long = SQLiteError(code: 1, message: "m", sql: String(repeating: "x", count: 400))
    #expect(long.description == "m\n  in: " + String(repeating: "x", count: 300) + "…")
    #expect(SQLiteError(code: 1, message: "m").description == "m")
  }
}
