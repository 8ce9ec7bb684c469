internal import Compute
internal import Foundation
internal import SQLite

/// The functions that statements of a session may call beside SQLite's own.
enum FunctionsInSQL {
  /// Makes the functions known.
  static func register(on connection: Connection) throws(SQLiteError) {
    try connection.register("sigmoid", arguments: 1) { arguments in
      guard let x = try number(arguments[0], "sigmoid", "x") else { return .null }
      // Either form overflows on one side.
      return .real(x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x)))
    }
    try connection.register("mcnemar_midp", arguments: 2) { arguments in
      guard let b = try count(arguments[0], "mcnemar_midp", "b"),
        let c = try count(arguments[1], "mcnemar_midp", "c")
      else { return .null }
      return .real(McNemar.midP(b, c))
    }
    try connection.register("odds_ratio", arguments: 4) { arguments in
      guard let a = try count(arguments[0], "odds_ratio", "a"),
        let b = try count(arguments[1], "odds_ratio", "b"),
        let c = try count(arguments[2], "odds_ratio", "c"),
        let d = try count(arguments[3], "odds_ratio", "d")
      else { return .null }
      let table = CountTable(
        casesWith: a, casesWithout: b, controlsWith: c, controlsWithout: d)
      return table.oddsRatio.map { .real($0) } ?? .null
    }
    try connection.register("quantile", arguments: 2) { QuantileInSQL() }
    try connection.register("stddev", arguments: 1, makeWindow: { DeviationInSQL() })
    try connection.register("zscore", arguments: 3) { arguments in
      guard let x = try number(arguments[0], "zscore", "x"),
        let mean = try number(arguments[1], "zscore", "mean"),
        let deviation = try number(arguments[2], "zscore", "sd"), deviation > 0
      else { return .null }
      return .real((x - mean) / deviation)
    }
    try connection.register("cosine", arguments: 2) { arguments in
      guard let x = try VectorInSQL.numbers(arguments[0], "cosine", "x"),
        let y = try VectorInSQL.numbers(arguments[1], "cosine", "y")
      else { return .null }
      return try VectorInSQL.cosine(x, y).map { .real($0) } ?? .null
    }
  }

  /// Forgets the functions.
  static func remove(from connection: Connection) {
    for (name, arguments) in all.map({ ($0.name, $0.arguments.count) }) {
      connection.removeFunction(name, arguments: Int32(arguments))
    }
  }

  /// A number; nil for NULL.
  static func number(_ value: SQLiteValue, _ function: String, _ argument: String) throws
    -> Double?
  {
    if value.isNull { return nil }
    guard let number = value.double else {
      throw QueryError.usage("\(function): \(argument) must be a number")
    }
    return number
  }

  /// A number of things; nil for NULL.
  private static func count(_ value: SQLiteValue, _ function: String, _ argument: String) throws
    -> Int?
  {
    if value.isNull { return nil }
    guard let count = value.int ?? value.double.flatMap({ Int(exactly: $0) }),
      (0...1_000_000_000).contains(count)
    else {
      throw QueryError.usage(
        "\(function): \(argument) must be a count, a whole number from 0 to 1000000000")
    }
    return count
  }
}
