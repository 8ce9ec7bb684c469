/// What a logistic regression is to tell: the class of each sample, where it is known.
public struct LogisticTarget: Sendable, Equatable {
  /// The class of each sample, 0 ..< `classes`; negative where it is unknown.
  public let labels: [Int32]
  /// Classes: two are told apart by one output, more by one output each.
  public let classes: Int

  /// A target.
  ///
  /// - Parameters:
  ///   - labels: The class of each sample; negative where it is unknown.
  ///   - classes: At least two.
  public init(labels: [Int32], classes: Int) {
    precondition(classes >= 2 && labels.allSatisfy { $0 < classes })
    self.labels = labels
    self.classes = classes
  }

  /// Something that is there or not; nil where it is unknown.
  public init(isPresent: [Bool?]) {
    self.init(labels: isPresent.map { $0.map { $0 ? 1 : 0 } ?? -1 }, classes: 2)
  }

  /// Outputs of a model of it.
  public var outputs: Int { classes == 2 ? 1 : classes }

  /// How many samples of each class are known.
  public var counts: [Int] {
    labels.reduce(into: Array(repeating: 0, count: classes)) { if $1 >= 0 { $0[Int($1)] += 1 } }
  }

  /// The same target, unknown where the condition does not hold.
  func keeping(_ condition: (Int) -> Bool) -> LogisticTarget {
    LogisticTarget(
      labels: labels.indices.map { condition($0) ? labels[$0] : -1 }, classes: classes)
  }

  /// The same target, unknown in strata where only one class is known.
  ///
  /// There an intercept alone would tell, and would have to be infinite.
  func keepingMixed(_ stratum: [Int], strata: Int) -> LogisticTarget {
    guard strata > 1 else { return self }
    var (least, most) = (
      [Int32](repeating: .max, count: strata), [Int32](repeating: -1, count: strata)
    )
    for (sample, label) in labels.enumerated() where label >= 0 {
      least[stratum[sample]] = min(least[stratum[sample]], label)
      most[stratum[sample]] = max(most[stratum[sample]], label)
    }
    return keeping { least[stratum[$0]] < most[stratum[$0]] }
  }

  /// Whether there is something to learn: each class is known of some sample.
  var isDefined: Bool { counts.allSatisfy { $0 > 0 } }
}
