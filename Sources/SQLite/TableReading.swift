internal import CSQLite

/// A cursor of a table function as SQLite drives it: its arguments, and its last error.
final class TableReading {
  private let function: any TableFunction
  private let cursor: any TableFunctionCursor
  private var arguments: [SQLiteValue] = []
  private var message: String?
  // Nothing equals NULL.
  private var isEmpty = true

  init(_ function: any TableFunction) {
    self.function = function
    cursor = function.makeCursor()
  }

  /// Goes to the first row; bit c of `number` says that there is a value for column c.
  func start(_ number: Int32, _ values: [SQLiteValue]) -> Int32 {
    let shown = function.columns.count
    var equal = [SQLiteValue?](repeating: nil, count: shown)
    arguments.removeAll(keepingCapacity: true)
    var next = 0
    for column in 0..<shown + function.arguments.count {
      let isGiven = number & (1 << Int32(column)) != 0 && next < values.count
      if isGiven {
        if column < shown { equal[column] = values[next] } else { arguments.append(values[next]) }
        next += 1
      } else if column >= shown {
        isEmpty = true
        let names = function.arguments.map(\.name)
        message =
          "\(function.name) needs its argument \(names[column - shown]): write "
          + "\(function.name)(\(names.joined(separator: ", ")))"
        return SQLITE_ERROR
      }
    }
    isEmpty = values.contains(.null)
    guard !isEmpty else { return SQLITE_OK }
    return attempt { try cursor.start(arguments: arguments, equal: equal) }
  }

  func advance() -> Int32 { attempt { try cursor.advance() } }

  var isAtEnd: Bool { isEmpty || cursor.isAtEnd }

  var rowID: Int64 { cursor.rowID }

  func value(at column: Int) -> SQLiteValue {
    let shown = function.columns.count
    guard column >= shown else { return cursor.value(at: column) }
    return column - shown < arguments.count ? arguments[column - shown] : .null
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
