internal import CSQLite

/// An open connection to a database file.
///
/// Not `Sendable`: a connection belongs to one task at a time; open another one for another thread.
public final class Connection {
  /// How a database file is opened.
  public enum Mode: Sendable {
    /// Read only; the file must exist.
    case readOnly
    /// Read only, and nobody else writes: no lock and no `-shm` file, so that it works in a folder
    /// without write permission.
    case immutable
    /// Read and write; the file must exist.
    case readWrite
    /// Read and write; the file is made if it is missing.
    case create
  }

  let handle: OpaquePointer
  var authorizer: (@Sendable (AuthorizedAction) -> Bool)?
  var progress: (@Sendable () -> Bool)?
  /// Whether the authorizer has refused something in the text that is being prepared.
  var isRefused = false
  private(set) var isOpen = true
  private var cached: [String: Statement] = [:]

  /// Opens the database at `path`.
  ///
  /// - Parameters:
  ///   - path: The file's path, or `:memory:`.
  ///   - mode: How to open it.
  ///   - busyTimeout: Milliseconds to wait for a lock of another connection.
  /// - Throws: `SQLiteError` if the file cannot be opened.
  public init(path: String, mode: Mode, busyTimeout: Int32 = 10_000) throws(SQLiteError) {
    var flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    var name = path
    switch mode {
    case .readOnly: flags |= SQLITE_OPEN_READONLY
    case .immutable:
      flags |= SQLITE_OPEN_READONLY | SQLITE_OPEN_URI
      name = "file:" + Connection.percentEncoded(path) + "?immutable=1"
    case .readWrite: flags |= SQLITE_OPEN_READWRITE
    case .create: flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
    }
    // So that `attach` can say how; a path that looks like such an address is none.
    if !path.hasPrefix("file:") { flags |= SQLITE_OPEN_URI }
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(name, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw SQLiteError(code: code, message: "\(message): \(path)")
    }
    handle = opened
    sqlite3_busy_timeout(handle, busyTimeout)
    // A database file may come from anywhere: its schema may not call functions with side effects.
    _ = lethe_sqlite_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1)
    _ = lethe_sqlite_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0)
  }

  deinit { close() }

  /// Closes the connection; from then on every call but this one fails.
  ///
  /// The files beside the database go now if it was the last connection, or with the last statement
  /// that is still held.
  public func close() {
    guard isOpen else { return }
    isOpen = false
    cached.removeAll()
    sqlite3_close_v2(handle)
  }

  /// Prepares one statement; text after it is an error unless it is white space or a comment.
  public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
    try Statement(connection: self, sql: sql)
  }

  /// Runs every statement of `sql`, without parameters, and discards their rows.
  public func execute(script sql: String) throws(SQLiteError) {
    try requireOpen(sql)
    isRefused = false
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw preparationError(code, sql: sql) }
  }

  /// Runs one statement to its end and discards its rows.
  ///
  /// The prepared statement is kept for reuse.
  public func run(_ sql: String, _ parameters: (any SQLiteBindable)...) throws(SQLiteError) {
    let statement = try reusable(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    while try statement.step() {}
  }

  /// Every row that one statement yields.
  public func rows(_ sql: String, _ parameters: (any SQLiteBindable)...) throws(SQLiteError)
    -> [[SQLiteValue]]
  {
    let statement = try reusable(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    var rows: [[SQLiteValue]] = []
    while try statement.step() { rows.append(statement.row) }
    return rows
  }

  /// The first row that one statement yields, if any.
  public func row(_ sql: String, _ parameters: (any SQLiteBindable)...) throws(SQLiteError)
    -> [SQLiteValue]?
  {
    let statement = try reusable(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    return try statement.step() ? statement.row : nil
  }

  /// The first value of the first row that one statement yields, or NULL.
  public func value(_ sql: String, _ parameters: (any SQLiteBindable)...) throws(SQLiteError)
    -> SQLiteValue
  {
    let statement = try reusable(sql)
    defer { statement.reset() }
    try statement.bind(parameters)
    return try statement.step() ? statement[0] : .null
  }

  /// Runs `body` in one transaction that takes the write lock at once; rolls back if it throws.
  public func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try execute(script: "BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute(script: "COMMIT")
      return result
    } catch {
      // A failed COMMIT or a full disk may have rolled back already.
      if isOpen && sqlite3_get_autocommit(handle) == 0 { try? execute(script: "ROLLBACK") }
      throw error
    }
  }

  /// The row id of the last successful INSERT.
  public var lastInsertedRow: Int64 { isOpen ? sqlite3_last_insert_rowid(handle) : 0 }

  /// The number of rows that the last INSERT, UPDATE or DELETE changed.
  public var changes: Int { isOpen ? Int(sqlite3_changes64(handle)) : 0 }

  /// Ends whatever statement is running with an error for which `isInterrupted` holds.
  public func interrupt() {
    guard isOpen else { return }
    sqlite3_interrupt(handle)
  }

  /// Drops the prepared statements that are kept for reuse.
  func forgetStatements() { cached.removeAll() }

  /// Throws if the connection has been closed.
  func requireOpen(_ sql: String) throws(SQLiteError) {
    guard isOpen else {
      throw SQLiteError(
        code: SQLITE_MISUSE, message: "the connection has been closed", sql: sql)
    }
  }

  /// The error of a text that could not be prepared.
  ///
  /// SQLite reports a refused function as a general error: it is made to look like any refusal.
  func preparationError(_ code: Int32, sql: String) -> SQLiteError {
    error(isRefused ? SQLITE_AUTH : code, sql: sql)
  }

  func error(_ code: Int32, sql: String? = nil) -> SQLiteError {
    SQLiteError(code: code, message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }

  private func reusable(_ sql: String) throws(SQLiteError) -> Statement {
    if let statement = cached[sql] { return statement }
    let statement = try Statement(connection: self, sql: sql, owned: true)
    if cached.count >= 64 { cached.removeAll() }
    cached[sql] = statement
    return statement
  }

  static func percentEncoded(_ path: String) -> String {
    path.utf8.map { byte in
      let plain =
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || [45, 46, 47, 95, 126].contains(byte)
      if plain { return String(UnicodeScalar(byte)) }
      let digits = Array("0123456789ABCDEF")
      return "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}
