/// A ratio of sums, such as set IoU = Σ intersections / Σ unions, of two networks over the same
/// subjects.
public struct PairedRatio: Sendable, Equatable {
  /// What the samples of one subject add to both ratios.
  public struct Part: Sendable, Equatable {
    /// The numerator of the network before.
    public var numeratorBefore = 0
    /// The denominator of the network before.
    public var denominatorBefore = 0
    /// The numerator of the network after.
    public var numeratorAfter = 0
    /// The denominator of the network after.
    public var denominatorAfter = 0

    /// A part; nothing by default.
    public init(
      numeratorBefore: Int = 0, denominatorBefore: Int = 0, numeratorAfter: Int = 0,
      denominatorAfter: Int = 0
    ) {
      self.numeratorBefore = numeratorBefore
      self.denominatorBefore = denominatorBefore
      self.numeratorAfter = numeratorAfter
      self.denominatorAfter = denominatorAfter
    }
  }

  /// One part a subject; parts of subjects without samples are 0.
  public let parts: [Part]

  /// A pair of ratios.
  public init(_ parts: [Part]) { self.parts = parts }

  /// Subjects that add anything to a denominator.
  var effectiveSubjects: Int {
    parts.count { $0.denominatorBefore > 0 || $0.denominatorAfter > 0 }
  }

  var values: (before: Double?, after: Double?) { values { _ in 1 } }

  /// The two ratios when each subject counts as often as it was drawn.
  func values(drawn: [Int32]) -> (before: Double?, after: Double?) { values { Int(drawn[$0]) } }

  private func values(_ weight: (Int) -> Int) -> (before: Double?, after: Double?) {
    var sum = Part()
    for (subject, part) in parts.enumerated() {
      let weight = weight(subject)
      sum.numeratorBefore += weight * part.numeratorBefore
      sum.denominatorBefore += weight * part.denominatorBefore
      sum.numeratorAfter += weight * part.numeratorAfter
      sum.denominatorAfter += weight * part.denominatorAfter
    }
    return (
      PairedRatio.ratio(sum.numeratorBefore, sum.denominatorBefore),
      PairedRatio.ratio(sum.numeratorAfter, sum.denominatorAfter)
    )
  }

  private static func ratio(_ numerator: Int, _ denominator: Int) -> Double? {
    denominator > 0 ? Double(numerator) / Double(denominator) : nil
  }

  /// What a subject adds to the two sums that a swap of networks turns the sign of: numerator and
  /// denominator, after − before.
  func differences(_ subject: Int) -> (Double, Double) {
    let part = parts[subject]
    return (
      Double(part.numeratorAfter - part.numeratorBefore),
      Double(part.denominatorAfter - part.denominatorBefore)
    )
  }

  /// After − before of the whole ratios, given the signed sums of `differences`; NaN where a
  /// denominator is 0.
  ///
  /// With totals N and D over both networks and signed sums x and y, the networks have the ratios
  /// (N ∓ x)/(D ∓ y), and their difference is 2·(D·x − N·y)/(D² − y²).
  func swappedDelta() -> @Sendable (_ x: Double, _ y: Double) -> Double {
    var (numerator, denominator) = (0.0, 0.0)
    for part in parts {
      numerator += Double(part.numeratorBefore) + Double(part.numeratorAfter)
      denominator += Double(part.denominatorBefore) + Double(part.denominatorAfter)
    }
    return { [numerator, denominator] x, y in
      let square = denominator * denominator - y * y
      return square > 0 ? 2 * (denominator * x - numerator * y) / square : .nan
    }
  }
}
