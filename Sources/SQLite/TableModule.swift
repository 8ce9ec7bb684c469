internal import CSQLite

/// A registered table function with the callbacks that SQLite reaches it through.
final class TableModule {
  let function: any TableFunction
  // SQLite keeps a pointer to the callbacks as long as the module is registered.
  let callbacks = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)

  init(_ function: any TableFunction) {
    self.function = function
    var module = sqlite3_module()
    // Without xCreate the table is eponymous: it exists without a CREATE VIRTUAL TABLE.
    module.xConnect = { database, context, _, _, table, message in
      TableModule.connect(database, context, table, message)
    }
    module.xBestIndex = { table, plan in TableModule.plan(table, plan) }
    module.xDisconnect = { table in
      guard let table = TableModule.table(table) else { return SQLITE_OK }
      release(TableModule.self, table.pointee.owner)
      table.deallocate()
      return SQLITE_OK
    }
    module.xOpen = { table, cursor in TableModule.open(table, cursor) }
    module.xClose = { cursor in
      guard let cursor = TableModule.cursor(cursor) else { return SQLITE_OK }
      release(TableReading.self, cursor.pointee.owner)
      cursor.deallocate()
      return SQLITE_OK
    }
    module.xFilter = { cursor, _, plan, count, values in
      TableModule.reading(cursor) { $0.start(plan, sqliteValues(count, values)) }
    }
    module.xNext = { cursor in TableModule.reading(cursor) { $0.advance() } }
    module.xEof = { cursor in TableModule.reading(cursor) { $0.isAtEnd ? 1 : 0 } }
    module.xColumn = { cursor, context, column in
      TableModule.reading(cursor) { setResult($0.value(at: Int(column)), context) }
    }
    module.xRowid = { cursor, row in
      TableModule.reading(cursor) {
        row?.pointee = $0.rowID
        return SQLITE_OK
      }
    }
    callbacks.initialize(to: module)
  }

  deinit {
    callbacks.deinitialize(count: 1)
    callbacks.deallocate()
  }

  /// The columns in the order in which SQLite counts them: those that show, then the arguments.
  private var declaration: String {
    let shown = function.columns.map { "\"\($0.name)\" \($0.type)" }
    let hidden = function.arguments.map { "\"\($0.name)\" \($0.type) HIDDEN" }
    return "CREATE TABLE x(" + (shown + hidden).joined(separator: ", ") + ")"
  }

  private static func connect(
    _ database: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
    _ table: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
    _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  ) -> Int32 {
    guard let context, let table else { return SQLITE_MISUSE }
    let module = Unmanaged<TableModule>.fromOpaque(context).takeUnretainedValue()
    let code = sqlite3_declare_vtab(database, module.declaration)
    guard code == SQLITE_OK else {
      message?.pointee = sqliteText("\(module.function.name) cannot be declared")
      return code
    }
    _ = lethe_sqlite_vtab_direct_only(database)
    let made = UnsafeMutablePointer<lethe_sqlite_vtab>.allocate(capacity: 1)
    made.initialize(to: lethe_sqlite_vtab())
    made.pointee.owner = Unmanaged.passRetained(module).toOpaque()
    table.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(to: sqlite3_vtab.self)
    return SQLITE_OK
  }

  private static func plan(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?, _ plan: UnsafeMutablePointer<sqlite3_index_info>?
  ) -> Int32 {
    guard let module = owner(TableModule.self, TableModule.table(table)?.pointee.owner), let plan
    else { return SQLITE_MISUSE }
    return TablePlan.choose(for: module.function, plan)
  }

  private static func open(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?,
    _ cursor: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
  ) -> Int32 {
    guard let module = owner(TableModule.self, TableModule.table(table)?.pointee.owner), let cursor
    else { return SQLITE_MISUSE }
    let made = UnsafeMutablePointer<lethe_sqlite_cursor>.allocate(capacity: 1)
    made.initialize(to: lethe_sqlite_cursor())
    made.pointee.owner = Unmanaged.passRetained(TableReading(module.function)).toOpaque()
    cursor.pointee = UnsafeMutableRawPointer(made).assumingMemoryBound(
      to: sqlite3_vtab_cursor.self)
    return SQLITE_OK
  }

  /// Calls `body` with the reading behind a cursor; its error becomes the table's message.
  private static func reading(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?, _ body: (TableReading) -> Int32
  ) -> Int32 {
    guard let pointer, let reading = owner(TableReading.self, cursor(pointer)?.pointee.owner)
    else { return SQLITE_MISUSE }
    let code = body(reading)
    if let message = reading.takeMessage(), let table = pointer.pointee.pVtab {
      sqlite3_free(table.pointee.zErrMsg)
      table.pointee.zErrMsg = sqliteText(message)
    }
    return code
  }

  private static func table(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab>?
  ) -> UnsafeMutablePointer<lethe_sqlite_vtab>? {
    UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: lethe_sqlite_vtab.self)
  }

  private static func cursor(
    _ pointer: UnsafeMutablePointer<sqlite3_vtab_cursor>?
  ) -> UnsafeMutablePointer<lethe_sqlite_cursor>? {
    UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: lethe_sqlite_cursor.self)
  }
}

/// The object behind a pointer that SQLite keeps.
private func owner<Owner: AnyObject>(
  _ type: Owner.Type, _ pointer: UnsafeMutableRawPointer?
) -> Owner? {
  pointer.map { Unmanaged<Owner>.fromOpaque($0).takeUnretainedValue() }
}

/// Gives up SQLite's hold on an object.
private func release<Owner: AnyObject>(_ type: Owner.Type, _ pointer: UnsafeMutableRawPointer?) {
  if let pointer { Unmanaged<Owner>.fromOpaque(pointer).release() }
}
