internal import CSQLite

/// A function over the rows of a group.
public protocol AggregateFunction: AnyObject {
  /// Takes the arguments of one row.
  func add(_ arguments: [SQLiteValue]) throws

  /// The value of the group.
  func result() throws -> SQLiteValue
}

/// A function over the rows of a group, or of a window that rows also leave.
public protocol WindowFunction: AggregateFunction {
  /// Takes back the arguments of the row that was added first of those that are left.
  func remove(_ arguments: [SQLiteValue]) throws
}

extension Connection {
  /// Makes a table function known to the statements that are prepared from now on.
  ///
  /// It cannot be named in a stored view or trigger. What it holds is freed when it is removed, or
  /// with the connection and its last statement. SQLite declares the columns when a statement first
  /// names it, and asks the authorizer then.
  ///
  /// - Parameter function: With at most 31 columns and arguments together.
  /// - Throws: `SQLiteError` if it cannot be registered.
  public func register(_ function: any TableFunction) throws(SQLiteError) {
    try requireOpen(function.name)
    guard function.columns.count + function.arguments.count < 32 else {
      throw SQLiteError(code: SQLITE_MISUSE, message: "\(function.name) has too many columns")
    }
    let module = TableModule(function)
    let code = sqlite3_create_module_v2(
      handle, function.name, module.callbacks, Unmanaged.passRetained(module).toOpaque(),
      // SQLite calls this when registering fails, too.
      { pointer in
        if let pointer { Unmanaged<TableModule>.fromOpaque(pointer).release() }
      })
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Forgets a table function.
  public func removeTable(_ name: String) {
    guard isOpen else { return }
    sqlite3_create_module_v2(handle, name, nil, nil, nil)
  }

  /// Makes a function of each row known: the same arguments give the same value.
  ///
  /// It cannot be named in a stored view or trigger. What `body` throws becomes the statement's
  /// error.
  public func register(
    _ name: String, arguments: Int32,
    _ body: @escaping @Sendable ([SQLiteValue]) throws -> SQLiteValue
  ) throws(SQLiteError) {
    try requireOpen(name)
    let code = sqlite3_create_function_v2(
      handle, name, arguments, functionFlags,
      Unmanaged.passRetained(FunctionBody<ScalarBody>(body)).toOpaque(),
      { context, count, values in
        guard let pointer = sqlite3_user_data(context) else { return }
        let body = Unmanaged<FunctionBody<ScalarBody>>.fromOpaque(pointer).takeUnretainedValue()
          .body
        answer(context) { try body(sqliteValues(count, values)) }
      }, nil, nil, { freeBody($0) })
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Makes an aggregate known; `make` is called for each group.
  public func register(
    _ name: String, arguments: Int32, make: @escaping @Sendable () -> any AggregateFunction
  ) throws(SQLiteError) {
    try requireOpen(name)
    let code = sqlite3_create_function_v2(
      handle, name, arguments, functionFlags,
      Unmanaged.passRetained(FunctionBody<GroupMaker>(make)).toOpaque(), nil,
      { context, count, values in
        guard let group = Group.of(context) else { return }
        group.add(sqliteValues(count, values))
      },
      { context in
        guard let group = Group.of(context) else { return }
        answer(context) { try group.result() }
        Group.free(context)
      }, { freeBody($0) })
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Makes an aggregate known that may also be used with OVER; `make` is called for each group and
  /// partition.
  public func register(
    _ name: String, arguments: Int32, makeWindow make: @escaping @Sendable () -> any WindowFunction
  ) throws(SQLiteError) {
    try requireOpen(name)
    let code = sqlite3_create_window_function(
      handle, name, arguments, functionFlags,
      Unmanaged.passRetained(FunctionBody<GroupMaker>(make)).toOpaque(),
      { context, count, values in Group.of(context)?.add(sqliteValues(count, values)) },
      { context in
        guard let group = Group.of(context) else { return }
        answer(context) { try group.result() }
        Group.free(context)
      },
      { context in
        guard let group = Group.of(context) else { return }
        answer(context) { try group.result() }
      },
      { context, count, values in Group.of(context)?.remove(sqliteValues(count, values)) },
      { freeBody($0) })
    guard code == SQLITE_OK else { throw error(code) }
  }

  /// Forgets a function or an aggregate; false while a statement uses it.
  @discardableResult
  public func removeFunction(_ name: String, arguments: Int32) -> Bool {
    guard isOpen else { return true }
    return sqlite3_create_function_v2(
      handle, name, arguments, SQLITE_UTF8, nil, nil, nil, nil, nil) == SQLITE_OK
  }
}

private let functionFlags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY

private typealias ScalarBody = @Sendable ([SQLiteValue]) throws -> SQLiteValue
private typealias GroupMaker = @Sendable () -> any AggregateFunction

/// An object around a closure, for a pointer to be kept of.
private final class FunctionBody<Body> {
  let body: Body
  init(_ body: Body) { self.body = body }
}

private func freeBody(_ pointer: UnsafeMutableRawPointer?) {
  if let pointer { Unmanaged<AnyObject>.fromOpaque(pointer).release() }
}

private func answer(_ context: OpaquePointer?, _ body: () throws -> SQLiteValue) {
  do {
    _ = setResult(try body(), context)
  } catch {
    let message = (error as? SQLiteError)?.message ?? String(describing: error)
    sqlite3_result_error(context, message, Int32(message.utf8.count))
  }
}

/// A group of rows on its way to a value.
private final class Group {
  private let function: any AggregateFunction
  private var failure: (any Error)?

  private init(_ function: any AggregateFunction) { self.function = function }

  func add(_ arguments: [SQLiteValue]) {
    guard failure == nil else { return }
    do { try function.add(arguments) } catch { failure = error }
  }

  func remove(_ arguments: [SQLiteValue]) {
    guard failure == nil, let function = function as? any WindowFunction else { return }
    do { try function.remove(arguments) } catch { failure = error }
  }

  func result() throws -> SQLiteValue {
    if let failure { throw failure }
    return try function.result()
  }

  /// The group of a callback, whose place SQLite keeps, zeroed at first.
  static func of(_ context: OpaquePointer?) -> Group? {
    guard let place = place(context) else { return nil }
    if let pointer = place.pointee {
      return Unmanaged<Group>.fromOpaque(pointer).takeUnretainedValue()
    }
    guard let pointer = sqlite3_user_data(context) else { return nil }
    let make = Unmanaged<FunctionBody<GroupMaker>>.fromOpaque(pointer).takeUnretainedValue().body
    let group = Group(make())
    place.pointee = Unmanaged.passRetained(group).toOpaque()
    return group
  }

  static func free(_ context: OpaquePointer?) {
    guard let place = place(context), let pointer = place.pointee else { return }
    Unmanaged<Group>.fromOpaque(pointer).release()
    place.pointee = nil
  }

  private static func place(
    _ context: OpaquePointer?
  ) -> UnsafeMutablePointer<UnsafeMutableRawPointer?>? {
    sqlite3_aggregate_context(
      context, Int32(MemoryLayout<UnsafeMutableRawPointer?>.size))?
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }
}
