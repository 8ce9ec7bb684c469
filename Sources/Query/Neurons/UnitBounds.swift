/// Bounds of a unit's activation, a sample each.
struct UnitBounds: Equatable {
  var lower: [Float]
  var upper: [Float]

  /// Activations that are known.
  init(_ values: [Float]) { (lower, upper) = (values, values) }

  /// Nothing is known of `count` samples.
  init(unknown count: Int) {
    lower = [Float](repeating: -.infinity, count: count)
    upper = [Float](repeating: .infinity, count: count)
  }

  /// Takes into account that the unit exceeds a threshold in some samples of the data set and in no
  /// other.
  ///
  /// - Parameters:
  ///   - positions: Of the samples that the bounds are of.
  ///   - members: Positions of samples above the threshold.
  ///   - threshold: The threshold.
  ///   - slack: By how much it may be off.
  mutating func restrict(
    _ positions: [Int], to members: Set<Int>, above threshold: Float, slack: Float
  ) {
    for (index, position) in positions.enumerated() {
      if members.contains(position) {
        lower[index] = max(lower[index], threshold - slack)
      } else {
        upper[index] = min(upper[index], threshold + slack)
      }
    }
  }
}
