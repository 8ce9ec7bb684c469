import Foundation

/// Numbers as sentences give them.
enum Phrase {
  /// "6.9 %".
  static func percent(_ share: Double?) -> String {
    guard let share else { return "an unknown share" }
    return String(format: "%.1f %%", share * 100)
  }

  /// "−25.0 points", of per cent.
  static func points(_ change: Double?) -> String {
    guard let change else { return "an unknown change" }
    return sign(change) + String(format: "%.1f points", abs(change) * 100)
  }

  /// "+0.123".
  static func change(_ value: Double?) -> String {
    guard let value else { return "an unknown change" }
    return sign(value) + String(format: "%.3f", abs(value))
  }

  /// "0.869".
  static func number(_ value: Double?) -> String {
    guard let value else { return "undefined" }
    return (value < 0 ? "−" : "") + String(format: "%.3f", abs(value))
  }

  /// "p = 0.26", "p < 0.001".
  static func p(_ value: Double?) -> String {
    guard let value else { return "no test" }
    return value < 0.001
      ? "p < 0.001" : String(format: value < 0.1 ? "p = %.3f" : "p = %.2f", value)
  }

  /// "1 picture", "5 pictures".
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func sign(_ value: Double) -> String { value < 0 ? "−" : "+" }
}

/// A row whose cells are read by the names of their columns.
struct NamedRow {
  let cells: [Cell]
  private let places: [String: Int]

  fileprivate init(_ cells: [Cell], _ places: [String: Int]) {
    self.cells = cells
    self.places = places
  }

  /// The number in a column; nil if it is undefined or there is no such column.
  func number(_ column: String) -> Double? { places[column].flatMap { cells[$0].double } }

  /// The integer in a column; 0 where there is none.
  func count(_ column: String) -> Int { places[column].flatMap { cells[$0].int } ?? 0 }

  /// The text in a column; empty where there is none.
  func text(_ column: String) -> String { places[column].flatMap { cells[$0].string } ?? "" }

  func percent(_ column: String) -> String { Phrase.percent(number(column)) }
  func points(_ column: String) -> String { Phrase.points(number(column)) }
  func value(_ column: String) -> String { Phrase.number(number(column)) }
  func change(_ column: String) -> String { Phrase.change(number(column)) }
  func p(_ column: String) -> String { Phrase.p(number(column)) }

  /// "95 % interval a to b", or that there is none.
  func interval(
    _ low: String = "lo", _ high: String = "hi", as format: (Double?) -> String
  ) -> String {
    guard let low = number(low), let high = number(high) else { return "no interval" }
    return "95 % interval \(format(low)) to \(format(high))"
  }
}

extension Table {
  /// The rows, with cells by name.
  var named: [NamedRow] {
    let places = Dictionary(
      columns.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    return rows.map { NamedRow($0, places) }
  }
}
