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
    module.xFilter = { cursor, number, _, count, values in
      TableModule.reading(cursor) { $0.start(number, sqliteValues(count, values)) }
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

  /// Chooses the equalities to be given to the cursor: bit c of the plan's number = column c.
  private static func plan(
    _ table: UnsafeMutablePointer<sqlite3_vtab>?, _ plan: UnsafeMutablePointer<sqlite3_index_info>?
  ) -> Int32 {
    guard let module = owner(TableModule.self, TableModule.table(table)?.pointee.owner), let plan
    else { return SQLITE_MISUSE }
    let (shown, total) = (
      module.function.columns.count,
      module.function.columns.count + module.function.arguments.count
    )
    var chosen = [Int: Int]()
    for index in 0..<Int(plan.pointee.nConstraint) {
      let constraint = plan.pointee.aConstraint[index]
      let column = Int(constraint.iColumn)
      guard Int32(constraint.op) == SQLITE_INDEX_CONSTRAINT_EQ, (0..<total).contains(column) else {
        continue
      }
      if constraint.usable != 0 {
        if chosen[column] == nil { chosen[column] = index }
      } else if column >= shown && chosen[column] == nil {
        // The argument comes from a table that this join order reads later.
        return SQLITE_CONSTRAINT
      }
    }
    var number: Int32 = 0
    for (place, column) in chosen.keys.sorted().enumerated() {
      guard let index = chosen[column] else { continue }
      number |= 1 << Int32(column)
      plan.pointee.aConstraintUsage[index].argvIndex = Int32(place + 1)
      plan.pointee.aConstraintUsage[index].omit = column >= shown ? 1 : 0
    }
    plan.pointee.idxNum = number
    guard (shown..<total).allSatisfy({ chosen[$0] != nil }) else {
      // An argument is missing, which the start of reading reports. A part of an OR looks the same,
      // and there another plan must win.
      plan.pointee.estimatedCost = 1e90
      return SQLITE_OK
    }
    let estimate = module.function.estimate(equal: Set(chosen.keys.filter { $0 < shown }))
    plan.pointee.estimatedCost = estimate.cost
    plan.pointee.estimatedRows = estimate.rows
    if estimate.isUnique { plan.pointee.idxFlags |= SQLITE_INDEX_SCAN_UNIQUE }
    return SQLITE_OK
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
