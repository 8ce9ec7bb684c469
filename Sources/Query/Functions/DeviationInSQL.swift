internal import SQLite

/// The sample standard deviation (divisor n − 1) of the values of a group or window.
///
/// Mean and sum of squares are updated by Welford's formulas (1962), which a row that leaves a
/// window turns round; they are set to nothing whenever the window is empty. NULL is left out, and
/// of fewer than two values the deviation is NULL.
final class DeviationInSQL: WindowFunction {
  private var n = 0.0
  private var mean = 0.0
  private var squares = 0.0

  func add(_ arguments: [SQLiteValue]) throws {
    guard let x = try FunctionsInSQL.number(arguments[0], "stddev", "x") else { return }
    n += 1
    let step = x - mean
    mean += step / n
    squares += step * (x - mean)
  }

  func remove(_ arguments: [SQLiteValue]) throws {
    guard let x = try FunctionsInSQL.number(arguments[0], "stddev", "x") else { return }
    n -= 1
    guard n > 0 else { return (n, mean, squares) = (0, 0, 0) }
    let step = x - mean
    mean -= step / n
    squares -= step * (x - mean)
  }

  func result() -> SQLiteValue {
    n > 1 ? .real((max(0, squares) / (n - 1)).squareRoot()) : .null
  }
}
