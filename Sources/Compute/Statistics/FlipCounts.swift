/// How the answers of one classifier turned into those of another over the same samples.
public struct FlipCounts: Sendable, Equatable {
  /// Right before, right after.
  public var retained: Int
  /// Right before, wrong after.
  public var forgotten: Int
  /// Wrong before, right after.
  public var gained: Int
  /// Wrong before, wrong after.
  public var missed: Int
  /// Samples whose predicted class is another one: forgotten, gained and some of the missed.
  public var changed: Int

  /// Counts of the four outcomes and of the changed predictions.
  public init(
    retained: Int = 0, forgotten: Int = 0, gained: Int = 0, missed: Int = 0, changed: Int = 0
  ) {
    self.retained = retained
    self.forgotten = forgotten
    self.gained = gained
    self.missed = missed
    self.changed = changed
  }

  /// Samples.
  public var n: Int { retained + forgotten + gained + missed }

  /// P(right before, wrong after), the negative flip rate.
  ///
  /// Yan et al. 2021, "Positive-congruent training", arXiv 2011.09161.
  public var negativeFlipRate: Double? { share(forgotten) }

  /// P(wrong before, right after), the positive flip rate.
  public var positiveFlipRate: Double? { share(gained) }

  /// P(another predicted class), the churn.
  ///
  /// Milani Fard et al. 2016, "Launch and iterate: reducing prediction churn".
  public var churn: Double? { share(changed) }

  /// Accuracy before.
  public var accuracyBefore: Double? { share(retained + forgotten) }

  /// Accuracy after.
  public var accuracyAfter: Double? { share(retained + gained) }

  /// The negative flip rate that independent errors of equal accuracies would give:
  /// accuracy before · (1 − accuracy after).
  public var chanceNegativeFlipRate: Double? {
    guard let before = accuracyBefore, let after = accuracyAfter else { return nil }
    return before * (1 - after)
  }

  /// Adds the counts of other samples.
  public static func += (sum: inout FlipCounts, other: FlipCounts) {
    sum.retained += other.retained
    sum.forgotten += other.forgotten
    sum.gained += other.gained
    sum.missed += other.missed
    sum.changed += other.changed
  }

  private func share(_ count: Int) -> Double? { n > 0 ? Double(count) / Double(n) : nil }
}
