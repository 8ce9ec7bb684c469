import Foundation

extension Axis {
  /// A logarithmic axis: ticks at 1, 2 and 5 times powers of ten, or fewer where it is long.
  ///
  /// - Parameters:
  ///   - values: What the axis must show; what is not above 0 is left out.
  ///   - bounds: What it must not go beyond; values outside are not shown.
  /// - Returns: The axis.
  static func logarithmic(_ values: [Double], within bounds: ClosedRange<Double>) -> Axis {
    let shown = values.filter { $0 > 0 && $0.isFinite }
      .map { min(max($0, bounds.lowerBound), bounds.upperBound) }
    let low = log10(shown.min() ?? 0.5)
    let high = log10(shown.max() ?? 2)
    let decades = max(high - low, 0)
    let factors: [Double] = decades > 2 ? [1] : [1, 2, 5]
    let skipped = decades > 8 ? 3 : decades > 5 ? 2 : 1
    let powers = Int(low.rounded(.down)) - 1...Int(high.rounded(.up)) + 1
    let candidates = powers.flatMap { power in factors.map { ($0 * pow(10, Double(power)), power) }
    }
    let slack = 1 + 1e-9
    let first = candidates.last { $0.0 <= pow(10, low) * slack }?.0 ?? pow(10, low)
    let last = candidates.first { $0.0 * slack >= pow(10, high) }?.0 ?? pow(10, high)
    let ticks = candidates.filter {
      $0.0 * slack >= first && $0.0 <= last * slack && $0.1 % skipped == 0
    }
    return Axis(
      first: first == last ? first / 2 : first, last: first == last ? last * 2 : last,
      isLogarithmic: true, ticks: ticks.map { Tick(value: $0.0, text: decimal($0.0, $0.1)) })
  }

  /// 0.01, 20, 5000: as many decimals as the power needs; beyond a million 5e9.
  private static func decimal(_ value: Double, _ power: Int) -> String {
    guard abs(power) > 6 else { return NumberFormat.decimals(max(0, -power)).text(value) }
    return "\(Int((value / pow(10, Double(power))).rounded()))e\(power)"
  }
}
