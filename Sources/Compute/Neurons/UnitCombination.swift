/// How the activations of a group of units become one number, by which samples are ranked.
///
/// Each is monotone: where no activation is larger, neither is the result, rounding included. Upper
/// bounds of activations therefore give upper bounds of the result.
public enum UnitCombination: String, Sendable, CaseIterable {
  /// Their sum, in double precision, in the order of the units.
  case sum
  /// The smallest: large where all units are active.
  case min
  /// The largest: large where any unit is active.
  case max

  /// What the first unit is combined with.
  public var start: Double {
    switch self {
    case .sum: 0
    case .min: .infinity
    case .max: -.infinity
    }
  }

  /// Adds one more unit.
  ///
  /// - Parameters:
  ///   - activations: Of the unit, a sample each.
  ///   - totals: The combined activations of the units so far, a sample each; NaN stays NaN.
  public func add(_ activations: [Float], to totals: inout [Double]) {
    precondition(activations.count == totals.count, "a number a sample is needed")
    for index in totals.indices {
      let (next, total) = (Double(activations[index]), totals[index])
      switch self {
      case .sum: totals[index] = total + next
      case .min: totals[index] = total.isNaN || total < next ? total : next
      case .max: totals[index] = total.isNaN || total > next ? total : next
      }
    }
  }
}
