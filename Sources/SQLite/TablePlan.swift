internal import CSQLite

/// A way of reading a table function: which comparisons its cursor is given the values of.
///
/// SQLite carries it from planning to reading as a text, two bytes a comparison.
struct TablePlan {
  /// How a column compares with a value.
  enum Comparison: UInt8 {
    case equal = 61
    case below = 60
    case atMost = 91
    case above = 62
    case atLeast = 93

    init?(_ operation: UInt8) {
      switch Int32(operation) {
      case SQLITE_INDEX_CONSTRAINT_EQ: self = .equal
      case SQLITE_INDEX_CONSTRAINT_LT: self = .below
      case SQLITE_INDEX_CONSTRAINT_LE: self = .atMost
      case SQLITE_INDEX_CONSTRAINT_GT: self = .above
      case SQLITE_INDEX_CONSTRAINT_GE: self = .atLeast
      default: return nil
      }
    }
  }

  /// A comparison of a column.
  struct Item: Hashable {
    let comparison: Comparison
    let column: Int
  }

  /// The comparisons, in the order of their values.
  private(set) var items: [Item] = []

  private static let firstColumn = UInt8(48)

  /// The plan of a text that `choose` wrote.
  init(_ text: UnsafePointer<CChar>?) {
    guard let text else { return }
    var place = text
    while let comparison = Comparison(rawValue: UInt8(bitPattern: place[0])) {
      items.append(
        Item(comparison: comparison, column: Int(UInt8(bitPattern: place[1]) &- Self.firstColumn)))
      place += 2
    }
  }

  private init(_ items: [Item]) { self.items = items }

  private var text: UnsafeMutablePointer<CChar>? {
    let bytes = items.flatMap { [$0.comparison.rawValue, Self.firstColumn + UInt8($0.column)] }
    return sqliteText(String(decoding: bytes, as: UTF8.self))
  }

  /// Chooses the comparisons to be given to a cursor, and tells SQLite what reading will cost.
  ///
  /// Equalities are given, and bounds of columns that are shown; arguments must be equal to
  /// something.
  static func choose(
    for function: any TableFunction, _ info: UnsafeMutablePointer<sqlite3_index_info>
  ) -> Int32 {
    let shown = function.columns.count
    let total = shown + function.arguments.count
    var chosen: [Item: Int] = [:]
    for index in 0..<Int(info.pointee.nConstraint) {
      let constraint = info.pointee.aConstraint[index]
      let column = Int(constraint.iColumn)
      guard let comparison = Comparison(constraint.op), (0..<total).contains(column),
        comparison == .equal || column < shown
      else { continue }
      let item = Item(comparison: comparison, column: column)
      if constraint.usable != 0 {
        if chosen[item] == nil { chosen[item] = index }
      } else if column >= shown && chosen[item] == nil {
        // The argument comes from a table that this join order reads later.
        return SQLITE_CONSTRAINT
      }
    }
    let items = chosen.keys.sorted {
      ($0.column, $0.comparison.rawValue) < ($1.column, $1.comparison.rawValue)
    }
    for (place, item) in items.enumerated() {
      guard let index = chosen[item] else { continue }
      info.pointee.aConstraintUsage[index].argvIndex = Int32(place + 1)
      info.pointee.aConstraintUsage[index].omit = item.column >= shown ? 1 : 0
    }
    guard let text = TablePlan(items).text else { return SQLITE_NOMEM }
    info.pointee.idxStr = text
    info.pointee.needToFreeIdxStr = 1
    let equal = Set(items.filter { $0.comparison == .equal }.map(\.column))
    guard (shown..<total).allSatisfy(equal.contains) else {
      // An argument is missing, which the start of reading reports. A part of an OR looks the same,
      // and there another plan must win.
      info.pointee.estimatedCost = 1e90
      return SQLITE_OK
    }
    let bounded = Set(items.filter { $0.comparison != .equal }.map(\.column))
    let estimate = function.estimate(equal: equal.filter { $0 < shown }, bounded: bounded)
    info.pointee.estimatedCost = estimate.cost
    info.pointee.estimatedRows = estimate.rows
    if estimate.isUnique { info.pointee.idxFlags |= SQLITE_INDEX_SCAN_UNIQUE }
    info.pointee.orderByConsumed = isOrdered(info.pointee, function.ascendingColumns, equal) ? 1 : 0
    return SQLITE_OK
  }

  /// Whether rows that ascend by some columns come in the order that the statement asks for;
  /// columns that equal one value order nothing.
  private static func isOrdered(
    _ info: sqlite3_index_info, _ ascending: [Int], _ equal: Set<Int>
  ) -> Bool {
    guard info.nOrderBy > 0 else { return false }
    let wanted = (0..<Int(info.nOrderBy)).map { info.aOrderBy[$0] }
      .filter { !equal.contains(Int($0.iColumn)) }
    let given = ascending.filter { !equal.contains($0) }
    return wanted.count <= given.count
      && zip(wanted, given).allSatisfy { $0.desc == 0 && Int($0.iColumn) == $1 }
  }
}
