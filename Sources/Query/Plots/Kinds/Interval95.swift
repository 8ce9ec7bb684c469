/// A 95 % interval in the words of a tooltip.
enum Interval95 {
  /// `, 95% 0.1 to 0.2`; nothing where the interval is not defined.
  static func text(_ low: Double?, _ high: Double?, _ format: NumberFormat) -> String {
    guard let low, let high else { return "" }
    return ", 95% interval \(format.text(low)) to \(format.text(high))"
  }
}
