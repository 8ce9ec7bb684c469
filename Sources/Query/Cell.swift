internal import SQLite

/// One value of a table: the storage classes of SQLite.
public enum Cell: Sendable, Equatable, Hashable {
  /// Undefined: empty in CSV, null in JSON.
  case null
  /// A 64-bit signed integer.
  case integer(Int64)
  /// A 64-bit float.
  case real(Double)
  /// Text.
  case text(String)
  /// Bytes.
  case blob([UInt8])

  /// An integer.
  public init(_ value: Int) { self = .integer(Int64(value)) }

  /// A float, or null where it is undefined.
  public init(_ value: Double?) { self = value.map(Cell.real) ?? .null }

  /// Text, or null where there is none.
  public init(_ value: String?) { self = value.map(Cell.text) ?? .null }

  /// Whether the value is undefined.
  public var isNull: Bool { self == .null }

  /// Whether the value is an integer or a float.
  public var isNumber: Bool {
    switch self {
    case .integer, .real: true
    default: false
    }
  }

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

  init(_ value: SQLiteValue) {
    switch value {
    case .null: self = .null
    case .integer(let value): self = .integer(value)
    case .real(let value): self = .real(value)
    case .text(let value): self = .text(value)
    case .blob(let value): self = .blob(value)
    }
  }

  var sqliteValue: SQLiteValue {
    switch self {
    case .null: .null
    case .integer(let value): .integer(value)
    case .real(let value): .real(value)
    case .text(let value): .text(value)
    case .blob(let value): .blob(value)
    }
  }
}
