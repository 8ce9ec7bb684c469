/// One figure of two networks over the same subjects, whose difference is asked for.
public enum PairedMeasure: Sendable {
  /// A ratio of sums, such as set IoU.
  case ratio(PairedRatio)
  /// An area under the ROC curve.
  case area(PairedArea)

  /// The figure of the network before and of that after; nil where it is undefined.
  public var values: (before: Double?, after: Double?) {
    switch self {
    case .ratio(let ratio): ratio.values
    case .area(let area): area.values
    }
  }

  /// After − before.
  public var delta: Double? { PairedMeasure.delta(values) }

  /// Subjects that the difference rests on.
  public var effectiveSubjects: Int {
    switch self {
    case .ratio(let ratio): ratio.effectiveSubjects
    case .area(let area): area.effectiveSubjects
    }
  }

  var subjects: Int {
    switch self {
    case .ratio(let ratio): ratio.parts.count
    case .area(let area): area.subjects
    }
  }

  /// The figures when each subject counts as often as it was drawn.
  func values(drawn: [Int32]) -> (before: Double?, after: Double?) {
    switch self {
    case .ratio(let ratio): ratio.values(drawn: drawn)
    case .area(let area): area.values(drawn: drawn)
    }
  }

  static func delta(_ values: (before: Double?, after: Double?)) -> Double? {
    guard let before = values.before, let after = values.after else { return nil }
    return after - before
  }
}

/// The differences of several measures under swaps of whole subjects.
struct SwappedDeltas: Sendable {
  /// How one measure follows from its column, or from that and the next.
  private enum Rule: Sendable {
    case linear(unit: Double)
    case ratio(@Sendable (Double, Double) -> Double)
  }

  private let rules: [Rule]
  private let columns: Int
  /// [subjects, columns].
  private let differences: [Double]

  init(_ measures: [PairedMeasure], subjects: Int) {
    var columns: [[Double]] = []
    rules = measures.map { measure in
      switch measure {
      case .area(let area):
        columns.append(area.differences.map(Double.init))
        return .linear(unit: area.unit)
      case .ratio(let ratio):
        let pairs = (0..<subjects).map { ratio.differences($0) }
        columns += [pairs.map(\.0), pairs.map(\.1)]
        return .ratio(ratio.swappedDelta())
      }
    }
    self.columns = columns.count
    differences = (0..<subjects).flatMap { subject in columns.map { $0[subject] } }
  }

  /// Calls `body` with the differences of all measures for each of the patterns in turn.
  func forEach(
    _ patterns: Range<Int>, of swaps: SwapPatterns, _ body: (_ pattern: Int, [Double]) -> Void
  ) {
    let sums = swaps.sums(patterns, of: differences, columns: columns)
    var deltas = [Double](repeating: 0, count: rules.count)
    for (place, pattern) in patterns.enumerated() {
      var column = place * columns
      for (index, rule) in rules.enumerated() {
        switch rule {
        case .linear(let unit):
          deltas[index] = unit * sums[column]
          column += 1
        case .ratio(let delta):
          deltas[index] = delta(sums[column], sums[column + 1])
          column += 2
        }
      }
      body(pattern, deltas)
    }
  }
}
