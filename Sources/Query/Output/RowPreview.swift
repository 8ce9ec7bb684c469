/// Holds the first rows until enough are seen to lay out the columns.
struct RowPreview {
  private(set) var rows: [[Cell]] = []
  private let columns: Int
  static let length = 200

  init(columns: Int) { self.columns = columns }

  mutating func add(_ row: [Cell]) { rows.append(row) }

  var isFull: Bool { rows.count >= RowPreview.length }

  /// Which columns hold numbers alone, and at least one.
  var isNumeric: [Bool] {
    (0..<columns).map { column in
      var found = false
      for row in rows where !row[column].isNull {
        guard row[column].isNumber else { return false }
        found = true
      }
      return found
    }
  }
}
