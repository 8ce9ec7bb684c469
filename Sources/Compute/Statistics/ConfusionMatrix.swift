/// Counts of true against predicted classes, and the scores that follow from them.
public struct ConfusionMatrix: Sendable, Equatable {
  /// The number of classes.
  public let classes: Int
  /// Counts, a row for each true class, a column for each predicted one.
  public private(set) var counts: [Int]

  /// A matrix of zeros.
  public init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * classes)
  }

  /// A matrix of counts, a row for each true class; those that are missing are zero.
  public init(classes: Int, counts: [Int]) {
    self.classes = classes
    let missing = max(0, classes * classes - counts.count)
    self.counts = counts.prefix(classes * classes) + Array(repeating: 0, count: missing)
  }

  /// Adds `count` samples of class `label` that were taken for `predicted`.
  public mutating func add(label: Int, predicted: Int, count: Int = 1) {
    counts[label * classes + predicted] += count
  }

  /// Samples.
  public var n: Int { counts.reduce(0, +) }

  /// The share of samples whose class was found; nil without samples.
  public var accuracy: Double? {
    ratio((0..<classes).reduce(0) { $0 + correct($1) }, n)
  }

  /// The mean recall of the classes that occur; nil without samples.
  ///
  /// Brodersen et al. 2010, "The balanced accuracy and its posterior distribution".
  public var balancedAccuracy: Double? { mean((0..<classes).map(recall)) }

  /// The mean F1 of the classes that occur or were predicted; nil without samples.
  public var macroF1: Double? { mean((0..<classes).map(f1)) }

  /// Samples of a class.
  public func support(_ label: Int) -> Int {
    (0..<classes).reduce(0) { $0 + counts[label * classes + $1] }
  }

  /// Samples that were taken for a class.
  public func predicted(_ label: Int) -> Int {
    (0..<classes).reduce(0) { $0 + counts[$1 * classes + label] }
  }

  /// The share of a class that was found; nil if the class does not occur.
  public func recall(_ label: Int) -> Double? { ratio(correct(label), support(label)) }

  /// The share of a class's predictions that were right; nil if it was never predicted.
  public func precision(_ label: Int) -> Double? { ratio(correct(label), predicted(label)) }

  /// 2·correct / (support + predicted), the harmonic mean of precision and recall; nil if the class
  /// neither occurs nor was predicted.
  public func f1(_ label: Int) -> Double? {
    ratio(2 * correct(label), support(label) + predicted(label))
  }

  private func correct(_ label: Int) -> Int { counts[label * classes + label] }

  private func ratio(_ part: Int, _ whole: Int) -> Double? {
    whole > 0 ? Double(part) / Double(whole) : nil
  }

  private func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }
}
