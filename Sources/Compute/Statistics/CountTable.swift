/// A 2×2 table: a factor, present or absent, among cases and controls.
public struct CountTable: Sendable, Equatable {
  /// Cases with the factor.
  public var casesWith: Int
  /// Cases without it.
  public var casesWithout: Int
  /// Controls with the factor.
  public var controlsWith: Int
  /// Controls without it.
  public var controlsWithout: Int

  /// A table of its four counts.
  public init(
    casesWith: Int = 0, casesWithout: Int = 0, controlsWith: Int = 0, controlsWithout: Int = 0
  ) {
    self.casesWith = casesWith
    self.casesWithout = casesWithout
    self.controlsWith = controlsWith
    self.controlsWithout = controlsWithout
  }

  /// Cases.
  public var cases: Int { casesWith + casesWithout }

  /// Controls.
  public var controls: Int { controlsWith + controlsWithout }

  /// Cases and controls with the factor.
  public var with: Int { casesWith + controlsWith }

  /// Cases and controls without the factor.
  public var without: Int { casesWithout + controlsWithout }

  /// Cases and controls.
  public var n: Int { cases + controls }

  /// Whether a row or a column holds nothing, so that the table says nothing about association.
  public var hasEmptyMargin: Bool { cases == 0 || controls == 0 || with == 0 || without == 0 }

  /// The odds of the factor among cases over those among controls; nil where that is infinite or
  /// undefined (no control with the factor, or no case without it).
  public var oddsRatio: Double? {
    let denominator = Double(casesWithout) * Double(controlsWith)
    guard denominator > 0 else { return nil }
    return Double(casesWith) * Double(controlsWithout) / denominator
  }

  /// Adds another table, cell by cell.
  public static func += (sum: inout CountTable, other: CountTable) {
    sum.casesWith += other.casesWith
    sum.casesWithout += other.casesWithout
    sum.controlsWith += other.controlsWith
    sum.controlsWithout += other.controlsWithout
  }
}
