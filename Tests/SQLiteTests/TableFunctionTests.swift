import Testing

@testable import SQLite

/// `counted(n)`: the numbers from 0 to n − 1 with their squares; counts what it is asked.
private final class Counted: TableFunction {
  let name = "counted"
  let columns = [TableFunctionColumn("i", "integer"), TableFunctionColumn("square", "integer")]
  let arguments = [TableFunctionColumn("n", "integer")]
  let ascendingColumns = [0]
  var rows = 0
  var starts = 0

  func estimate(equal: Set<Int>, bounded: Set<Int>) -> TableFunctionEstimate {
    bounded.contains(0) ? .init(rows: 100, cost: 100) : estimate(equal: equal)
  }

  func estimate(equal: Set<Int>) -> TableFunctionEstimate {
    equal.contains(0)
      ? TableFunctionEstimate(rows: 1, cost: 1, isUnique: true)
      : TableFunctionEstimate(rows: 1_000_000, cost: 1e9)
  }

  func makeCursor() -> any TableFunctionCursor { CountedCursor(self) }
}

private final class CountedCursor: TableFunctionCursor {
  private struct Negative: Error, CustomStringConvertible {
    let description = "counted: n is negative"
  }

  private let table: Counted
  private var range = 0..<0
  private var bounds: [TableFunctionBounds] = []

  init(_ table: Counted) { self.table = table }

  func restrict(to bounds: [TableFunctionBounds]) { self.bounds = bounds }

  func start(arguments: [SQLiteValue], equal: [SQLiteValue?]) throws {
    table.starts += 1
    let n = arguments[0].int ?? 0
    if n == -2 { throw SQLiteError.interrupted }
    guard n >= 0 else { throw Negative() }
    range = 0..<n
    if let i = equal[0]?.int { range = range.clamped(to: i..<i + 1) }
    if let i = bounds[0].atLeast?.int { range = range.clamped(to: i..<max(i, n)) }
    if let i = bounds[0].above?.int { range = range.clamped(to: i + 1..<max(i + 1, n)) }
    if let i = bounds[0].atMost?.int { range = range.clamped(to: 0..<i + 1) }
    if let i = bounds[0].below?.int { range = range.clamped(to: 0..<i) }
    table.rows += isAtEnd ? 0 : 1
  }

  func advance() {
    range = range.lowerBound + 1..<range.upperBound
    table.rows += isAtEnd ? 0 : 1
  }

  var isAtEnd: Bool { range.isEmpty }
  var rowID: Int64 { Int64(range.lowerBound) }

  func value(at column: Int) -> SQLiteValue {
    let i = Int64(range.lowerBound)
    return .integer(column == 0 ? i : i * i)
  }
}

@Suite("Table functions")
struct TableFunctionTests {
  private func connection() throws -> (Connection, Counted) {
    let connection = try Connection(path: ":memory:", mode: .create)
    let table = Counted()
    try connection.register(table)
    return (connection, table)
  }

  @Test("rows come as they are computed, and LIMIT stops the computing")
  func rows() throws {
    let (connection, table) = try connection()
    let rows = try connection.rows("SELECT * FROM counted(1000000) LIMIT 3")
    #expect(rows == [[0, 0], [1, 1], [2, 4]].map { $0.map { SQLiteValue.integer($0) } })
    #expect(table.rows <= 4)
    #expect(try connection.value("SELECT sum(square) FROM counted(4)") == .integer(14))
  }

  @Test("an equality reaches the cursor, from a constant, a list and a join")
  func pushdown() throws {
    let (connection, table) = try connection()
    #expect(try connection.value("SELECT square FROM counted(1000000) WHERE i = 9") == .integer(81))
    #expect(table.rows == 1)
    #expect(
      try connection.rows("SELECT square FROM counted(1000000) WHERE i IN (3, 5, 5) ORDER BY i")
        == [[.integer(9)], [.integer(25)]])
    #expect(table.rows == 3)
    try connection.execute(script: "CREATE TABLE t (x); INSERT INTO t VALUES (2), (4), (NULL)")
    for join in ["t JOIN counted(999) c ON c.i = t.x", "counted(999) c JOIN t ON c.i = t.x"] {
      table.rows = 0
      #expect(try connection.value("SELECT sum(c.square) FROM \(join)") == .integer(20))
      #expect(table.rows == 2)
    }
    #expect(
      try connection.rows("SELECT i FROM counted(50) WHERE i = 3 OR square = 16")
        == [[.integer(3)], [.integer(4)]])
  }

  @Test(
    "bounds reach the cursor, and what they let through is compared once more",
    arguments: [
      ("i > 996", [997, 998, 999], 3), ("i >= 997 AND i < 999", [997, 998], 2),
      ("i BETWEEN 5 AND 6", [5, 6], 2), ("i < 2", [0, 1], 2), ("i > 3 AND i <= 3", [], 0),
      ("i > NULL", [], 0), ("square > 998000", [999], 1000), ("i > 4 AND i = 5", [5], 1),
    ] as [(String, [Int64], Int)])
  func bounds(condition: String, expected: [Int64], read: Int) throws {
    let (connection, table) = try connection()
    let rows = try connection.rows("SELECT i FROM counted(1000) WHERE \(condition)")
    #expect(rows == expected.map { [.integer($0)] })
    #expect(table.rows == read)
  }

  @Test(
    "rows that come in the order that is asked for are not sorted",
    arguments: [
      ("ORDER BY i LIMIT 2", true), ("ORDER BY i DESC LIMIT 2", false),
      ("ORDER BY square LIMIT 2", false), ("ORDER BY i, square LIMIT 2", false),
      ("WHERE square = 4 ORDER BY square, i", true), ("WHERE i IN (7, 3) ORDER BY i", false),
      ("WHERE i > 5 ORDER BY i LIMIT 2", true),
    ])
  func order(rest: String, isGiven: Bool) throws {
    let (connection, _) = try connection()
    let plan = try connection.rows("EXPLAIN QUERY PLAN SELECT * FROM counted(20) \(rest)")
    #expect(plan.contains { $0[3] == .text("USE TEMP B-TREE FOR ORDER BY") } != isGiven)
    let rows = try connection.rows("SELECT * FROM counted(20) \(rest)").map { $0[0].int ?? 0 }
    let isDescending = rest.contains("DESC")
    #expect(rows == rows.sorted { isDescending ? $0 > $1 : $0 < $1 } && !rows.isEmpty)
  }

  @Test("an argument may come from another table, whatever the order they are written in")
  func lateral() throws {
    let (connection, _) = try connection()
    try connection.execute(script: "CREATE TABLE t (x); INSERT INTO t VALUES (2), (3)")
    #expect(try connection.value("SELECT count(*) FROM t, counted(t.x)") == .integer(5))
    #expect(
      try connection.value("SELECT count(*) FROM counted c, t WHERE c.n = t.x") == .integer(5))
    #expect(try connection.rows("SELECT DISTINCT n FROM counted(2)") == [[.integer(2)]])
  }

  @Test("NULL yields nothing; what is missing or wrong is an error that says so")
  func refusals() throws {
    let (connection, table) = try connection()
    #expect(try connection.rows("SELECT * FROM counted(NULL)").isEmpty)
    #expect(try connection.rows("SELECT * FROM counted(5) WHERE i = NULL").isEmpty)
    #expect(table.starts == 0)
    for (sql, message) in [
      ("SELECT * FROM counted", "counted needs its argument n: write counted(n)"),
      ("SELECT * FROM counted(-1)", "counted: n is negative"),
    ] {
      do {
        _ = try connection.rows(sql)
        Issue.record("\(sql) is taken")
      } catch { #expect(error.message == message) }
    }
    do {
      _ = try connection.rows("SELECT * FROM counted(-2)")
      Issue.record("it is not interrupted")
    } catch { #expect(error.isInterrupted) }
    #expect(try connection.value("SELECT count(*) FROM counted(2)") == .integer(2))
  }

  @Test("a stored view cannot name it, and it cannot be written")
  func protected() throws {
    let (connection, _) = try connection()
    try connection.execute(script: "CREATE VIEW v AS SELECT * FROM counted(3)")
    #expect(throws: SQLiteError.self) { _ = try connection.rows("SELECT * FROM v") }
    #expect(throws: SQLiteError.self) { try connection.run("DELETE FROM counted WHERE n = 3") }
  }

  @Test("it is freed when it is removed and its statements are gone")
  func freed() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    weak var table: Counted?
    do {
      let made = Counted()
      table = made
      try connection.register(made)
    }
    do {
      let statement = try connection.prepare("SELECT * FROM counted(3)")
      #expect(try statement.step())
      #expect(table != nil)
    }
    connection.removeTable("counted")
    // SQLite lets go of a removed table as it prepares the next statement.
    #expect(throws: SQLiteError.self) { _ = try connection.prepare("SELECT * FROM counted(3)") }
    #expect(table == nil)
  }
}

@Suite("Functions")
struct FunctionTests {
  private final class Longest: AggregateFunction {
    private var longest = ""
    func add(_ arguments: [SQLiteValue]) throws {
      guard let text = arguments[0].string else {
        throw SQLiteError(code: 1, message: "longest: not a text")
      }
      if text.count > longest.count { longest = text }
    }
    func result() -> SQLiteValue { longest.isEmpty ? .null : .text(longest) }
  }

  @Test("a function gets every kind of value and gives one back")
  func values() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.register("same", arguments: 1) { $0[0] }
    let values: [SQLiteValue] = [
      .null, .integer(.min), .real(0.1), .text("a\0ü"), .text(""), .blob([0, 255]), .blob([]),
    ]
    for value in values { #expect(try connection.value("SELECT same(?)", value) == value) }
    #expect(connection.removeFunction("same", arguments: 1))
    #expect(throws: SQLiteError.self) { _ = try connection.prepare("SELECT same(2)") }
  }

  private final class Sum: WindowFunction {
    private var sum = 0
    func add(_ arguments: [SQLiteValue]) throws {
      guard let number = arguments[0].int else {
        throw SQLiteError(code: 1, message: "added: not a number")
      }
      sum += number
    }
    func remove(_ arguments: [SQLiteValue]) { sum -= arguments[0].int ?? 0 }
    func result() -> SQLiteValue { .integer(Int64(sum)) }
  }

  @Test("a window function follows its window, and serves groups too")
  func window() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.register("added", arguments: 1, makeWindow: { Sum() })
    let values = "(VALUES (1), (2), (3), (4))"
    let moving = "added(column1) OVER (ORDER BY column1 ROWS 1 PRECEDING) FROM \(values)"
    #expect(
      try connection.rows("SELECT \(moving)") == [1, 3, 5, 7].map { [SQLiteValue.integer($0)] })
    #expect(try connection.value("SELECT added(column1) FROM \(values)") == .integer(10))
    #expect(throws: SQLiteError.self) {
      _ = try connection.rows("SELECT added(column1) OVER () FROM (VALUES (1), ('a'))")
    }
  }

  @Test("an aggregate has a value for each group, none without rows, and its error ends all")
  func aggregate() throws {
    let connection = try Connection(path: ":memory:", mode: .create)
    try connection.register("longest", arguments: 1) { Longest() }
    try connection.execute(
      script: "CREATE TABLE t (g, x); INSERT INTO t VALUES (1, 'a'), (1, 'bcd'), (2, 'ef')")
    #expect(
      try connection.rows("SELECT longest(x) FROM t GROUP BY g")
        == [[.text("bcd")], [.text("ef")]])
    #expect(try connection.value("SELECT longest(x) FROM t WHERE g = 3") == .null)
    do {
      _ = try connection.rows("SELECT longest(g) FROM t")
      Issue.record("a number is taken")
    } catch { #expect(error.message == "longest: not a text") }
  }
}
