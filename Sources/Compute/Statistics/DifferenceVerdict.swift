/// What an interval of a difference says of it, given the largest difference that does not matter.
public enum DifferenceVerdict: String, Sendable, CaseIterable {
  /// The interval lies inside ±margin.
  case kept
  /// It lies wholly below −margin.
  case forgotten
  /// It lies wholly above the margin.
  case gained
  /// None of these.
  case undecided

  /// The verdict on an interval of after − before; undecided without one.
  public init(_ interval: Interval?, margin: Double) {
    guard let interval else {
      self = .undecided
      return
    }
    self =
      if interval.high < -margin {
        .forgotten
      } else if interval.low > margin {
        .gained
      } else if interval.low >= -margin, interval.high <= margin {
        .kept
      } else {
        .undecided
      }
  }
}
