/// One value of SQLite's five storage classes.
public enum SQLiteValue: Sendable, Equatable, Hashable {
  /// NULL.
  case null
  /// A 64-bit signed integer.
  case integer(Int64)
  /// A 64-bit float.
  case real(Double)
  /// Text, as UTF-8.
  case text(String)
  /// Bytes.
  case blob([UInt8])

  /// The integer, if the value is one.
  public var int: Int? {
    if case .integer(let value) = self { return Int(exactly: value) }
    return nil
  }

  /// The number, if the value is an integer or a float.
  public var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  /// The text, if the value is text.
  public var string: String? {
    if case .text(let value) = self { return value }
    return nil
  }

  /// The bytes, if the value is a blob.
  public var bytes: [UInt8]? {
    if case .blob(let value) = self { return value }
    return nil
  }

  /// Whether the value is NULL.
  public var isNull: Bool { self == .null }
}

/// A Swift value that can be bound to a parameter of a statement.
public protocol SQLiteBindable {
  /// The value as SQLite stores it.
  var sqliteValue: SQLiteValue { get }
}

extension SQLiteValue: SQLiteBindable {
  /// The value itself.
  public var sqliteValue: SQLiteValue { self }
}

extension Int: SQLiteBindable {
  /// An integer.
  public var sqliteValue: SQLiteValue { .integer(Int64(self)) }
}

extension Int64: SQLiteBindable {
  /// An integer.
  public var sqliteValue: SQLiteValue { .integer(self) }
}

extension Bool: SQLiteBindable {
  /// 1 or 0.
  public var sqliteValue: SQLiteValue { .integer(self ? 1 : 0) }
}

extension Double: SQLiteBindable {
  /// A float; SQLite stores NaN as NULL.
  public var sqliteValue: SQLiteValue { .real(self) }
}

extension Float: SQLiteBindable {
  /// A float, widened.
  public var sqliteValue: SQLiteValue { .real(Double(self)) }
}

extension String: SQLiteBindable {
  /// Text.
  public var sqliteValue: SQLiteValue { .text(self) }
}

extension [UInt8]: SQLiteBindable {
  /// A blob.
  public var sqliteValue: SQLiteValue { .blob(self) }
}

extension Optional: SQLiteBindable where Wrapped: SQLiteBindable {
  /// The wrapped value, or NULL.
  public var sqliteValue: SQLiteValue { self?.sqliteValue ?? .null }
}
