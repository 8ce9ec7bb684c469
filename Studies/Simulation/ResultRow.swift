import Compute
import Query

/// A row of a table of results, built column by column.
struct ResultRow {
  private(set) var columns: [String] = []
  private(set) var cells: [Cell] = []

  mutating func add(_ column: String, _ cell: Cell) {
    columns.append(column)
    cells.append(cell)
  }

  mutating func add(_ column: String, _ value: Double?) { add(column, .rounded(value)) }

  /// A rate with its 95 % interval.
  mutating func add(_ column: String, _ rate: Rate) {
    add(column, rate.share)
    add("\(column)_lo", rate.interval?.low)
    add("\(column)_hi", rate.interval?.high)
  }

  static func table(_ rows: [ResultRow]) -> Table {
    Table(columns: rows.first?.columns ?? [], rows: rows.map(\.cells))
  }
}

extension Sequence<Double> {
  var mean: Double? {
    var (sum, count) = (0.0, 0)
    for value in self {
      sum += value
      count += 1
    }
    return count > 0 ? sum / Double(count) : nil
  }
}

/// Whether a p value calls for attention.
func isSignificant(_ p: Double?) -> Bool? { p.map { $0 <= 0.05 } }
