internal import CSQLite

/// A cursor of a table function as SQLite drives it: its arguments, and its last error.
final class TableReading {
  private let function: any TableFunction
  private let cursor: any TableFunctionCursor
  /// Columns that are shown, and the names of the arguments.
  private let shown: Int
  private let names: [String]
  private var arguments: [SQLiteValue] = []
  private var message: String?
  // A statement keeps the text of its plan where it is: it is read once.
  private var plan: (text: UnsafePointer<CChar>?, plan: TablePlan)?
  // Nothing equals NULL.
  private var isEmpty = true

  init(_ function: any TableFunction) {
    self.function = function
    cursor = function.makeCursor()
    shown = function.columns.count
    names = function.arguments.map(\.name)
  }

  /// Goes to the first row; there is a value for each comparison of the plan.
  func start(_ text: UnsafePointer<CChar>?, _ values: [SQLiteValue]) -> Int32 {
    let plan = self.plan.flatMap { $0.text == text ? $0.plan : nil } ?? TablePlan(text)
    self.plan = (text, plan)
    var equal = [SQLiteValue?](repeating: nil, count: shown)
    var bounds = [TableFunctionBounds](repeating: TableFunctionBounds(), count: shown)
    arguments.removeAll(keepingCapacity: true)
    for (item, value) in zip(plan.items, values) {
      switch (item.comparison, item.column) {
      case (.equal, 0..<shown): equal[item.column] = value
      case (.equal, _): arguments.append(value)
      case (.atLeast, 0..<shown): bounds[item.column].atLeast = value
      case (.above, 0..<shown): bounds[item.column].above = value
      case (.atMost, 0..<shown): bounds[item.column].atMost = value
      case (.below, 0..<shown): bounds[item.column].below = value
      default: break
      }
    }
    guard arguments.count == names.count else { return missArgument(plan) }
    isEmpty = values.contains(.null)
    guard !isEmpty else { return SQLITE_OK }
    cursor.restrict(to: bounds)
    return attempt { try cursor.start(arguments: arguments, equal: equal) }
  }

  func advance() -> Int32 { attempt { try cursor.advance() } }

  var isAtEnd: Bool { isEmpty || cursor.isAtEnd }

  var rowID: Int64 { cursor.rowID }

  func value(at column: Int) -> SQLiteValue {
    guard column >= shown else { return cursor.value(at: column) }
    return column - shown < arguments.count ? arguments[column - shown] : .null
  }

  /// Notes which argument the statement does not give.
  private func missArgument(_ plan: TablePlan) -> Int32 {
    isEmpty = true
    let given = Set(plan.items.filter { $0.comparison == .equal }.map(\.column))
    let missing = names.indices.first { !given.contains(shown + $0) }.map { names[$0] } ?? ""
    message =
      "\(function.name) needs its argument \(missing): write "
      + "\(function.name)(\(names.joined(separator: ", ")))"
    return SQLITE_ERROR
  }

  /// The message of the last error, once.
  func takeMessage() -> String? {
    defer { message = nil }
    return message
  }

  private func attempt(_ body: () throws -> Void) -> Int32 {
    do {
      try body()
      return SQLITE_OK
    } catch let error as SQLiteError {
      isEmpty = true
      message = error.message
      return error.code
    } catch {
      isEmpty = true
      message = String(describing: error)
      return SQLITE_ERROR
    }
  }
}
