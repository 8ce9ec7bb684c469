import Foundation

/// How numbers of an axis or a cell are written.
enum NumberFormat: Sendable, Equatable {
  /// Shares as percentages with a number of decimals.
  case percent(Int)
  /// A number of decimals.
  case decimals(Int)
  /// A number of decimals without a zero before the point, for narrow cells: −.02, 0, 1.00.
  case narrow(Int)
  /// Two significant digits, and all digits before the point.
  case brief
  /// A probability of a test: two significant digits, the smallest as `<0.001`.
  case probability

  /// The number as text, with a true minus sign; −0 is 0.
  func text(_ value: Double) -> String {
    let text: String =
      switch self {
      case .percent(let decimals): String(format: "%.\(decimals)f", value * 100) + "%"
      case .decimals(let decimals): String(format: "%.\(decimals)f", value)
      case .narrow(let decimals): narrow(value, decimals)
      case .brief: String(format: abs(value) >= 10 ? "%.0f" : "%.2g", value)
      case .probability: value < 0.001 ? "<0.001" : String(format: "%.2g", value)
      }
    let digits = text.drop { $0 == "-" }
    guard text.hasPrefix("-") else { return text }
    return digits.contains { "123456789".contains($0) } ? "−" + digits : String(digits)
  }

  private func narrow(_ value: Double, _ decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    guard text.contains(where: { "123456789".contains($0) }) else { return "0" }
    return text.hasPrefix("0.") || text.hasPrefix("-0.")
      ? text.replacing("0.", with: ".", maxReplacements: 1) : text
  }
}
