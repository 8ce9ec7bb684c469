/// Labels that run up to their place at 45°.
enum TurnedLabels {
  /// Every how many labels can be written, at a distance of their places, so that their lines are
  /// `lineHeight` apart.
  static func step(spacing: Double, lineHeight: Double) -> Int {
    // Neighbours' baselines are closer than their places by the sine of 45°.
    let closest = lineHeight / 0.707
    return spacing > 0 ? max(1, Int((closest / spacing).rounded(.up))) : 1
  }
}

extension Array {
  /// The first element and every `step`-th after it.
  func every(_ step: Int) -> [Element] {
    stride(from: 0, to: count, by: Swift.max(1, step)).map { self[$0] }
  }
}
