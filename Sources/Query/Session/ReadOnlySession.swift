public import SQLite
import Synchronization
public import Warehouse

/// One reader's look at a warehouse: every statement sees the same state, and none can write.
///
/// The connection belongs to the session while it lives.
public final class ReadOnlySession {
  /// What ends a statement early.
  public struct Limits: Sendable {
    /// How long one statement may run.
    public var timeout: Duration?
    /// Asked from time to time; true stops the statement.
    public var isCancelled: @Sendable () -> Bool

    /// Limits; none by default.
    public init(
      timeout: Duration? = nil, isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
      self.timeout = timeout
      self.isCancelled = isCancelled
    }
  }

  /// How a listing of rows ended.
  public struct Summary: Sendable, Equatable {
    /// Rows that were written.
    public let rows: Int
    /// Whether there are more rows that the limit cut off.
    public let isCut: Bool
  }

  let connection: Connection
  let limits: Limits
  private let clock = StatementClock()
  /// Reads arrays for the table functions; nil without a store.
  let reader: ActivationReader?

  /// Begins a session on a connection that has no transaction open: the catalogue alone, without
  /// the table functions over arrays.
  ///
  /// - Parameters:
  ///   - connection: A connection to a warehouse's catalogue.
  ///   - limits: What ends a statement early.
  /// - Throws: `QueryError` if the catalogue cannot be read.
  public convenience init(_ connection: Connection, limits: Limits = Limits()) throws {
    try self.init(connection, nil, limits)
  }

  /// Begins a session on a store: its catalogue, and `PublicView.functions` over its arrays.
  ///
  /// - Parameters:
  ///   - store: A warehouse whose catalogue has no transaction open.
  ///   - limits: What ends a statement early.
  /// - Throws: `QueryError` if the catalogue cannot be read.
  public convenience init(_ store: Store, limits: Limits = Limits()) throws {
    try self.init(store.catalogue, store, limits)
  }

  private init(_ connection: Connection, _ store: Store?, _ limits: Limits) throws {
    self.connection = connection
    self.limits = limits
    let (clock, isCancelled) = (clock, limits.isCancelled)
    let shouldStop: @Sendable () -> Bool = { isCancelled() || clock.isOver }
    reader = store.map { ActivationReader($0, shouldStop: shouldStop) }
    do {
      try FunctionsInSQL.register(on: connection)
      if let store, let reader {
        try connection.register(ActivationTable(.pooled, reader))
        try connection.register(ActivationTable(.position, reader))
        try connection.register(ConceptTable(store, reader))
      }
      // One snapshot for all statements of an answer, while others may write.
      try connection.execute(script: "BEGIN")
      // A table-valued function declares its columns when it is first named, with a CREATE TABLE that
      // the rules would refuse.
      let own = reader == nil ? [] : PublicView.functions.map(\.name)
      for name in ReadOnlyRules.tableFunctions + own {
        _ = try? connection.prepare("SELECT * FROM \(name)")
      }
      connection.authorize(ReadOnlyRules.allow)
    } catch {
      throw QueryError.failed("the catalogue cannot be read: \(error.message)")
    }
    connection.onProgress(every: 2_000, shouldStop)
  }

  deinit {
    connection.onProgress(every: 0) { false }
    connection.authorize { _ in true }
    // The table functions hold the store, and that the connection: they would never go.
    if reader != nil { PublicView.functions.forEach { connection.removeTable($0.name) } }
    FunctionsInSQL.remove(from: connection)
    try? connection.execute(script: "COMMIT")
  }

  /// Every row of a statement.
  public func table(_ statement: SQLStatement) throws -> Table {
    var rows: [[Cell]] = []
    let columns = try forEachRow(of: statement) { row in
      rows.append(row.row.map { Cell($0) })
      return true
    }
    return Table(columns: columns, rows: rows)
  }

  /// Writes the rows of a statement as they come, at most `limit` of them.
  public func write(_ statement: SQLStatement, to writer: any RowWriter, limit: Int? = nil) throws
    -> Summary
  {
    var written = 0
    var isCut = false
    try forEachRow(of: statement, begin: { try writer.begin(columns: Table.unique($0)) }) { row in
      if let limit, written >= limit {
        isCut = true
        return false
      }
      try writer.write(row.row.map { Cell($0) })
      written += 1
      return true
    }
    try writer.end()
    return Summary(rows: written, isCut: isCut)
  }

  /// Calls `body` with the statement at each of its rows until it returns false.
  @discardableResult
  func forEachRow(
    of statement: SQLStatement, begin: ([String]) throws -> Void = { _ in },
    _ body: (Statement) throws -> Bool
  ) throws -> [String] {
    let prepared = try prepare(statement)
    try begin(prepared.columns)
    reader?.failure = nil
    clock.start(limits.timeout)
    defer {
      clock.start(nil)
      prepared.reset()
    }
    while try step(prepared) {
      guard try body(prepared) else { break }
    }
    return prepared.columns
  }

  /// Throws if the user has asked to stop; for work between statements.
  func checkInterrupted() throws {
    if limits.isCancelled() { throw QueryError(.interrupted, "interrupted") }
  }

  private func step(_ statement: Statement) throws -> Bool {
    do { return try statement.step() } catch { throw failure(of: error) }
  }

  /// Prepares a statement and binds its parameters: each must be given, and each given one used.
  private func prepare(_ statement: SQLStatement) throws -> Statement {
    let prepared: Statement
    do {
      prepared = try connection.prepare(statement.sql)
    } catch {
      throw SQLDiagnosis(error, in: statement.sql, on: connection).queryError
    }
    guard prepared.isReadOnly else { throw SQLDiagnosis.refused }
    var open = Set(prepared.parameterNames.map { String($0.dropFirst()) })
    for parameter in statement.parameters {
      var isUsed = false
      for prefix in [":", "@", "$"] {
        let value = parameter.value.sqliteValue
        do {
          if try prepared.bind(value, to: prefix + parameter.name) { isUsed = true }
        } catch {
          throw QueryError.failed("parameter :\(parameter.name) is not taken: \(error.message)")
        }
      }
      guard isUsed else {
        let question = NearNames.question(parameter.name, among: open)
        throw QueryError.usage("the statement has no parameter :\(parameter.name)\(question)")
      }
      open.remove(parameter.name)
    }
    if let missing = open.min() {
      throw QueryError.usage(
        "parameter :\(missing) has no value: give it with -p \(missing)=VALUE")
    }
    if SQLToken.tokens(of: statement.sql).contains(where: {
      $0.kind == .parameter && $0.text == "?"
    }) {
      throw QueryError.usage("the statement has a parameter without a name: write :name, not ?")
    }
    return prepared
  }

  private func failure(of error: SQLiteError) -> QueryError {
    guard error.isInterrupted else {
      if let failure = reader?.failure { return failure }
      return .failed("the statement failed while it ran: \(error.message)")
    }
    if limits.isCancelled() { return QueryError(.interrupted, "interrupted") }
    let allowed = limits.timeout.map { "\($0)" } ?? "the time"
    return .failed("the statement ran longer than \(allowed) and was stopped")
  }
}

/// When the running statement must end.
private final class StatementClock: Sendable {
  private let end = Mutex<ContinuousClock.Instant?>(nil)

  func start(_ timeout: Duration?) {
    end.withLock { $0 = timeout.map { ContinuousClock.now.advanced(by: $0) } }
  }

  var isOver: Bool { end.withLock { $0.map { ContinuousClock.now >= $0 } ?? false } }
}
