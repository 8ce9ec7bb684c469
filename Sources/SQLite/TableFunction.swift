/// A table that is computed while a statement reads it: `name(argument, …)` in a FROM clause.
///
/// SQLite calls it an eponymous virtual table: its arguments are hidden columns that must be given
/// by equality. Columns are counted from 0, the arguments not among them.
public protocol TableFunction: AnyObject {
  /// The name that statements use.
  var name: String { get }
  /// The columns that `SELECT *` shows.
  var columns: [TableFunctionColumn] { get }
  /// The arguments, each of which must be given.
  var arguments: [TableFunctionColumn] { get }

  /// The columns that every cursor's rows ascend by, the first of them before the second; none if
  /// rows come in no order.
  var ascendingColumns: [Int] { get }

  /// What reading costs when some columns are each compared with one value.
  func estimate(equal: Set<Int>) -> TableFunctionEstimate

  /// What reading costs when besides some columns lie below or above a value, or between two.
  func estimate(equal: Set<Int>, bounded: Set<Int>) -> TableFunctionEstimate

  /// A new cursor, of which a statement may have several at a time.
  func makeCursor() -> any TableFunctionCursor
}

extension TableFunction {
  /// No order.
  public var ascendingColumns: [Int] { [] }

  /// As if nothing were bounded.
  public func estimate(equal: Set<Int>, bounded: Set<Int>) -> TableFunctionEstimate {
    estimate(equal: equal)
  }
}

/// A column or an argument of a table function.
public struct TableFunctionColumn: Sendable, Equatable {
  /// Its name.
  public let name: String
  /// Its declared type, which gives its affinity: `text`, `integer` or `real`.
  public let type: String

  /// A column.
  public init(_ name: String, _ type: String) {
    self.name = name
    self.type = type
  }
}

/// What SQLite's planner is told about a way of reading a table function.
public struct TableFunctionEstimate: Sendable, Equatable {
  /// Rows that it yields.
  public let rows: Int64
  /// Its cost, in about disk accesses.
  public let cost: Double
  /// Whether it yields one row at most.
  public let isUnique: Bool

  /// An estimate.
  public init(rows: Int64, cost: Double, isUnique: Bool = false) {
    self.rows = rows
    self.cost = cost
    self.isUnique = isUnique
  }
}

/// What bounds a column: it is greater or less than each of the values that are there, none of
/// which is NULL.
public struct TableFunctionBounds: Sendable, Equatable {
  /// The column is not less than this.
  public var atLeast: SQLiteValue?
  /// The column is greater than this.
  public var above: SQLiteValue?
  /// The column is not greater than this.
  public var atMost: SQLiteValue?
  /// The column is less than this.
  public var below: SQLiteValue?

  /// No bounds.
  public init() {}
}

/// One reading of a table function, row by row.
///
/// What a cursor throws becomes the statement's error, with its description as the message; a
/// `SQLiteError` keeps its code.
public protocol TableFunctionCursor: AnyObject {
  /// Hears before each start what bounds the columns, one a column; it may leave that to SQLite,
  /// which compares once more.
  func restrict(to bounds: [TableFunctionBounds])

  /// Goes to the first row.
  ///
  /// It may yield rows that do not satisfy `equal`, which SQLite compares once more, but must not
  /// leave out any that does.
  ///
  /// - Parameters:
  ///   - arguments: The values of the arguments; none of them is NULL.
  ///   - equal: For each column the value that it must equal, if there is one; never NULL.
  /// - Throws: Whatever keeps it from reading.
  func start(arguments: [SQLiteValue], equal: [SQLiteValue?]) throws

  /// Goes to the next row.
  func advance() throws

  /// Whether there is no row left.
  var isAtEnd: Bool { get }

  /// The number of the current row: the same whenever the row is read with the same arguments.
  var rowID: Int64 { get }

  /// A value of the current row.
  func value(at column: Int) -> SQLiteValue
}

extension TableFunctionCursor {
  /// Leaves it to SQLite.
  public func restrict(to bounds: [TableFunctionBounds]) {}
}
