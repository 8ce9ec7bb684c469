/// Named columns and rows of values, small enough to hold.
public struct Table: Sendable, Equatable {
  /// The names of the columns, all different.
  public var columns: [String]
  /// The rows, each with one value a column.
  public var rows: [[Cell]]

  /// A table; a row that is too short is filled with null, one that is too long is cut.
  public init(columns: [String], rows: [[Cell]] = []) {
    self.columns = Table.unique(columns)
    self.rows = rows.map { row in
      row.count == columns.count
        ? row : (0..<columns.count).map { $0 < row.count ? row[$0] : .null }
    }
  }

  /// The values of a column, in the order of the rows; nothing if there is no such column.
  public subscript(column: String) -> [Cell] {
    guard let index = columns.firstIndex(of: column) else { return [] }
    return rows.map { $0[index] }
  }

  /// The names with `_2`, `_3`, … after those that occurred before, so that each is a key.
  static func unique(_ names: [String]) -> [String] {
    var taken = Set<String>()
    return names.map { name in
      var candidate = name
      var number = 2
      while !taken.insert(candidate).inserted {
        candidate = "\(name)_\(number)"
        number += 1
      }
      return candidate
    }
  }
}
