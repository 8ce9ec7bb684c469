import Foundation

/// A value of an axis that is written beside it.
struct Tick: Sendable, Equatable {
  var value: Double
  var text: String
}

/// An axis: which values lie where along its length, and which of them are written.
struct Axis: Sendable, Equatable {
  /// The value at the start; for rows from the top it is the larger one.
  var first: Double
  /// The value at the end.
  var last: Double
  var isLogarithmic = false
  var ticks: [Tick]

  /// Where a value lies: 0 at the start, 1 at the end.
  func fraction(_ value: Double) -> Double {
    guard first != last else { return 0.5 }
    guard isLogarithmic else { return (value - first) / (last - first) }
    return (log(value) - log(first)) / (log(last) - log(first))
  }

  /// Whether a value lies on the axis.
  func contains(_ value: Double) -> Bool {
    value.isFinite && value >= min(first, last) && value <= max(first, last)
  }

  /// Names at equal distances, in steps of 1 from 0 on; `isDown` for rows, the first on top.
  static func names(_ names: [String], isDown: Bool = false) -> Axis {
    let end = Double(names.count) - 0.5
    return Axis(
      first: isDown ? end : -0.5, last: isDown ? -0.5 : end,
      ticks: names.enumerated().map { Tick(value: Double($0.offset), text: $0.element) })
  }

  /// A linear axis whose ticks are multiples of 1, 2 or 5 times a power of ten.
  ///
  /// - Parameters:
  ///   - values: What the axis must show; what is not finite is left out.
  ///   - bounds: What it must not go beyond, such as 0…1 for shares; values outside are not shown.
  ///   - isPercent: Whether ticks are written as percentages.
  ///   - count: About how many steps there shall be.
  /// - Returns: The axis.
  static func linear(
    _ values: [Double], within bounds: ClosedRange<Double> = -1e12...1e12,
    isPercent: Bool = false, count: Int = 5
  ) -> Axis {
    let finite = values.filter { $0.isFinite && abs($0) < 1e12 }
    var low = max(finite.min() ?? 0, bounds.lowerBound)
    var high = min(finite.max() ?? 1, bounds.upperBound)
    if low > high { (low, high) = (high, low) }
    if high - low <= abs(high) * 1e-9 {
      // One value: some room about it.
      let room = high == 0 ? 1 : abs(high) * 0.5
      (low, high) = (max(low - room, bounds.lowerBound), min(high + room, bounds.upperBound))
    }
    let step = niceStep((high - low) / Double(max(1, count)))
    // A value at a tick must not add a step because of rounding.
    let from = (low / step + 1e-9).rounded(.down)
    let to = (high / step - 1e-9).rounded(.up)
    let first = max(from * step, bounds.lowerBound)
    let last = min(to * step, bounds.upperBound)
    let format = format(step: step, isPercent: isPercent)
    let ticks = stride(from: from, through: to, by: 1).map { $0 * step }
      .filter { $0 >= first - step * 1e-6 && $0 <= last + step * 1e-6 }
      .map { Tick(value: $0, text: format.text($0)) }
    return Axis(first: first, last: last, ticks: ticks)
  }

  /// An axis of whole numbers, from the first to the last with ticks at whole steps between them.
  static func whole(_ values: [Double], count: Int = 6) -> Axis {
    let low = values.min() ?? 0
    let high = max(values.max() ?? 1, low + 1)
    let step = max(1, niceStep((high - low) / Double(count)))
    let ticks = stride(from: (low / step).rounded(.up), through: high / step, by: 1)
      .map { Tick(value: $0 * step, text: NumberFormat.decimals(0).text($0 * step)) }
    return Axis(first: low, last: high, ticks: ticks)
  }

  /// The smallest of 1, 2, 5 times a power of ten that is not below `raw`.
  static func niceStep(_ raw: Double) -> Double {
    guard raw > 0, raw.isFinite else { return 1 }
    let power = pow(10, (log10(raw)).rounded(.down))
    for factor in [1.0, 2, 5] where factor * power >= raw * (1 - 1e-9) { return factor * power }
    return 10 * power
  }

  private static func format(step: Double, isPercent: Bool) -> NumberFormat {
    let decimals = max(0, Int((-log10(step) - 1e-9).rounded(.up)) - (isPercent ? 2 : 0))
    return isPercent ? .percent(decimals) : .decimals(min(decimals, 12))
  }
}
