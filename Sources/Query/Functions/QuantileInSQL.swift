internal import SQLite

/// A quantile of the values of a group, interpolated linearly between order statistics.
///
/// At 0-based rank q·(n − 1), which is definition 7 of Hyndman & Fan (1996), Am. Stat. 50:361. NULL
/// is left out; without values the quantile is NULL. Keeps 8 bytes a value.
final class QuantileInSQL: AggregateFunction {
  private var values: [Double] = []
  private var q: Double?

  func add(_ arguments: [SQLiteValue]) throws {
    guard let q = try FunctionsInSQL.number(arguments[1], "quantile", "q"), (0...1).contains(q),
      self.q == nil || self.q == q
    else {
      throw QueryError.usage("quantile: q must be one number from 0 to 1")
    }
    self.q = q
    if let x = try FunctionsInSQL.number(arguments[0], "quantile", "x") { values.append(x) }
  }

  func result() -> SQLiteValue {
    guard let q, !values.isEmpty else { return .null }
    values.sort()
    let rank = q * Double(values.count - 1)
    let low = Int(rank)
    let high = min(low + 1, values.count - 1)
    let share = rank - Double(low)
    guard share > 0 else { return .real(values[low]) }
    return .real(values[low] * (1 - share) + values[high] * share)
  }
}
