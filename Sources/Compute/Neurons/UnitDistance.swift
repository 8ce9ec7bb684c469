/// How far the activations of a group of units are from those of one sample, the centre.
public enum UnitDistance: String, Sendable, CaseIterable {
  /// The root of the sum of squared differences (Euclidean).
  case l2
  /// The sum of absolute differences.
  case l1
  /// The largest absolute difference.
  case max

  /// Adds one more unit to the least distances of samples of which only bounds are known.
  ///
  /// With equal bounds it is the distance itself. Rounding is monotone, so that a least distance is
  /// never above the distance that is computed from the activations.
  ///
  /// - Parameters:
  ///   - lower: No activation of the unit is below these, a sample each.
  ///   - upper: No activation of the unit is above these.
  ///   - centre: The unit's activation in the centre.
  ///   - totals: What the units before add up to, a sample each, from 0 on; NaN where a bound is NaN.
  public func add(
    lower: [Float], upper: [Float], centre: Float, to totals: inout [Double]
  ) {
    precondition(
      lower.count == totals.count && upper.count == totals.count, "a number a sample is needed")
    let middle = Double(centre)
    for index in totals.indices {
      let (low, high) = (Double(lower[index]), Double(upper[index]))
      guard !low.isNaN, !high.isNaN, !middle.isNaN else {
        totals[index] = .nan
        continue
      }
      let difference = low > middle ? low - middle : high < middle ? middle - high : 0
      let total = totals[index]
      switch self {
      case .l2: totals[index] = total + difference * difference
      case .l1: totals[index] = total + difference
      case .max: totals[index] = total.isNaN || total > difference ? total : difference
      }
    }
  }

  /// The distance that a total stands for.
  public func distance(_ total: Double) -> Double { self == .l2 ? total.squareRoot() : total }
}
