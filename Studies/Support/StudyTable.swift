import Query

/// A table of a study, with what it shows.
struct StudyTable {
  /// Names its file.
  let name: String
  let title: String
  let table: Table

  /// The table for reading: a column X with X_lo and X_hi behind it becomes one column of text.
  var readable: Table {
    let columns = table.columns
    let joined = columns.filter { columns.contains("\($0)_lo") && columns.contains("\($0)_hi") }
    let kept = columns.filter { column in
      !joined.contains { "\($0)_lo" == column || "\($0)_hi" == column }
    }
    var result = Table(columns: kept)
    result.rows = table.rows.map { row in
      let value = { (column: String) in
        columns.firstIndex(of: column).map { row[$0] } ?? .null
      }
      return kept.map { column in
        guard joined.contains(column), !value(column).isNull else { return value(column) }
        let (low, high) = (value("\(column)_lo"), value("\(column)_hi"))
        guard let low = low.double, let high = high.double, let middle = value(column).double
        else { return value(column) }
        return .text("\(middle) [\(low), \(high)]")
      }
    }
    return result
  }
}

extension Cell {
  /// A number to three decimals, which is what a few hundred repetitions can tell.
  static func rounded(_ value: Double?) -> Cell {
    guard let value, value.isFinite else { return .null }
    let rounded = (value * 1_000).rounded() / 1_000
    // No negative zero.
    return .real(rounded == 0 ? 0 : rounded)
  }
}
