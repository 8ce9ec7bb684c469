import Compute
import Query

/// What `lethe flips` says of one comparison.
struct FlipReading: Sendable, Equatable {
  var negativeFlipRate: Double?
  var positiveFlipRate: Double?
  var interval: Interval?
  /// Of the test that takes pictures for independent.
  var mcNemar: Double?
  /// Of the test over subjects.
  var permutation: Double?
  var control: Control?

  /// What it says beside a control.
  struct Control: Sendable, Equatable {
    var difference: Double?
    var interval: Interval?
    var permutation: Double?
  }

  /// The figures of counts, one a subject, computed as `flips` does.
  init(_ subjects: [FlipCounts], seed: UInt64) {
    let all = subjects.reduce(into: FlipCounts()) { $0 += $1 }
    negativeFlipRate = all.negativeFlipRate
    positiveFlipRate = all.positiveFlipRate
    interval = SubjectBootstrap(seed: seed)
      .interval(ratioOf: subjects.map(\.forgotten), to: subjects.map(\.n))
    mcNemar = McNemar.midP(all.forgotten, all.gained)
    permutation = SignFlipTest.pValue(
      differences: subjects.map { $0.forgotten - $0.gained }, seed: seed)
  }

  /// The figures of an answer.
  init(_ answer: Table) {
    let number = { (column: String) in answer[column].first?.double }
    negativeFlipRate = number("nfr")
    positiveFlipRate = number("pfr")
    interval = Interval(number("nfr_lo"), number("nfr_hi"))
    mcNemar = number("mcnemar_midp")
    permutation = number("p_permutation")
    guard answer.columns.contains("nfr_minus_control") else { return }
    control = Control(
      difference: number("nfr_minus_control"),
      interval: Interval(number("nfr_minus_control_lo"), number("nfr_minus_control_hi")),
      permutation: number("p_minus_control"))
  }
}

extension Interval {
  /// The interval of two ends, if both are there.
  init?(_ low: Double?, _ high: Double?) {
    guard let low, let high else { return nil }
    self.init(low: low, high: high)
  }

  func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
