internal import CSQLite

/// A prepared statement: bind, step through its rows, reset, and so again.
public final class Statement {
  /// The text that the statement was prepared from.
  public let sql: String
  // A statement that its connection caches must not hold the connection: neither would ever go.
  private unowned let connection: Connection
  private let keptConnection: Connection?
  private let handle: OpaquePointer

  init(connection: Connection, sql: String, owned: Bool = false) throws(SQLiteError) {
    try connection.requireOpen(sql)
    connection.isRefused = false
    var handle: OpaquePointer?
    var rest = ""
    let code = sql.withCString { start in
      var tail: UnsafePointer<CChar>?
      let code = sqlite3_prepare_v3(connection.handle, start, -1, 0, &handle, &tail)
      if let tail { rest = String(cString: tail) }
      return code
    }
    guard code == SQLITE_OK else { throw connection.preparationError(code, sql: sql) }
    guard let handle else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "there is no statement in the text", sql: sql)
    }
    guard Statement.isBlank(rest, on: connection) else {
      sqlite3_finalize(handle)
      throw SQLiteError(
        code: SQLITE_MISUSE, message: "there is more than one statement in the text", sql: sql)
    }
    self.connection = connection
    self.keptConnection = owned ? nil : connection
    self.sql = sql
    self.handle = handle
  }

  deinit { sqlite3_finalize(handle) }

  /// The names of the columns.
  public var columns: [String] {
    (0..<sqlite3_column_count(handle)).map { String(cString: sqlite3_column_name(handle, $0)) }
  }

  /// The names of the named parameters, with their prefix (`:`, `@` or `$`).
  public var parameterNames: [String] {
    let count = sqlite3_bind_parameter_count(handle)
    guard count > 0 else { return [] }
    return (1...count).compactMap { index in
      sqlite3_bind_parameter_name(handle, index).map { String(cString: $0) }
    }
  }

  /// Whether the statement makes no direct change to the database.
  ///
  /// See [sqlite3_stmt_readonly](https://www.sqlite.org/c3ref/stmt_readonly.html).
  public var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

  /// Binds `parameters` to `?1`, `?2` and so on; those that are left are NULL.
  public func bind(_ parameters: [any SQLiteBindable]) throws(SQLiteError) {
    sqlite3_clear_bindings(handle)
    for (index, parameter) in parameters.enumerated() {
      try bind(parameter.sqliteValue, at: Int32(index + 1))
    }
  }

  /// Binds a value to the parameter `name`, given with its prefix; false if there is none.
  public func bind(_ value: SQLiteValue, to name: String) throws(SQLiteError) -> Bool {
    let index = sqlite3_bind_parameter_index(handle, name)
    guard index > 0 else { return false }
    try bind(value, at: index)
    return true
  }

  /// Moves to the next row; false at the end.
  public func step() throws(SQLiteError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code:
      let error = connection.error(code, sql: sql)
      sqlite3_reset(handle)
      throw error
    }
  }

  /// Makes the statement ready to run again; its bindings stay.
  public func reset() { sqlite3_reset(handle) }

  /// The values of the current row.
  public var row: [SQLiteValue] {
    (0..<Int(sqlite3_data_count(handle))).map { self[$0] }
  }

  /// The value of a column, counted from 0, in the current row.
  public subscript(column: Int) -> SQLiteValue {
    let column = Int32(column)
    switch sqlite3_column_type(handle, column) {
    case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, column))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(handle, column))
    case SQLITE_TEXT:
      guard let text = sqlite3_column_text(handle, column) else { return .null }
      let length = Int(sqlite3_column_bytes(handle, column))
      return .text(
        String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self))
    case SQLITE_BLOB:
      let length = Int(sqlite3_column_bytes(handle, column))
      guard length > 0, let bytes = sqlite3_column_blob(handle, column) else { return .blob([]) }
      return .blob([UInt8](UnsafeRawBufferPointer(start: bytes, count: length)))
    default: return .null
    }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) throws(SQLiteError) {
    let transient = lethe_sqlite_transient()
    let code =
      switch value {
      case .null: sqlite3_bind_null(handle, index)
      case .integer(let value): sqlite3_bind_int64(handle, index, value)
      case .real(let value): sqlite3_bind_double(handle, index, value)
      case .text(let value):
        sqlite3_bind_text64(
          handle, index, value, UInt64(value.utf8.count), transient, UInt8(SQLITE_UTF8))
      case .blob(let value):
        value.isEmpty
          ? sqlite3_bind_zeroblob(handle, index, 0)
          : sqlite3_bind_blob64(handle, index, value, UInt64(value.count), transient)
      }
    guard code == SQLITE_OK else { throw connection.error(code, sql: sql) }
  }

  /// Whether the text after a statement holds no further one: preparing it yields nothing.
  private static func isBlank(_ text: String, on connection: Connection) -> Bool {
    guard text.contains(where: { !$0.isWhitespace && $0 != ";" }) else { return true }
    var handle: OpaquePointer?
    let code = sqlite3_prepare_v3(connection.handle, text, -1, 0, &handle, nil)
    sqlite3_finalize(handle)
    return code == SQLITE_OK && handle == nil
  }
}
