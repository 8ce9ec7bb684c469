/// Scores of the same samples by two networks, for the difference of their areas under the ROC
/// curve.
///
/// Scores of two networks are not on one scale, so that exchanging a subject's between them would
/// mean nothing: each network's scores are replaced by their mid-ranks among its own, which leaves
/// both areas as they are.
public struct PairedArea: Sendable {
  let subjects: Int
  /// Samples with and without.
  let (positives, negatives): (Int, Int)
  /// What each subject adds to after − before, in units of 1 / (4·positives·negatives).
  let differences: [Int]
  private let (before, after): (Areas, Areas)
  private let (subjectsWith, subjectsWithout): (Int, Int)

  /// Ranks the scores.
  ///
  /// - Parameters:
  ///   - before: Scores by the network before; larger means more likely positive; no NaN.
  ///   - after: Scores by the network after.
  ///   - isPositive: The truth, one a sample.
  ///   - groups: The subject of each sample, in 0..<subjects.
  ///   - subjects: How many subjects there are; some may have no sample.
  public init(
    before: [Double], after: [Double], isPositive: [Bool], groups: [Int], subjects: Int
  ) {
    precondition(
      before.count == after.count && before.count == isPositive.count
        && before.count == groups.count)
    self.subjects = subjects
    positives = isPositive.count { $0 }
    negatives = isPositive.count - positives
    let groupsWith = isPositive.indices.filter { isPositive[$0] }.map { groups[$0] }
    let groupsWithout = isPositive.indices.filter { !isPositive[$0] }.map { groups[$0] }
    subjectsWith = Set(groupsWith).count
    subjectsWithout = Set(groupsWithout).count
    differences = PairedArea.differences(
      MidRanks.doubled(before), MidRanks.doubled(after), isPositive, groups, subjects)
    self.before = Areas(before, isPositive, groups, subjects)
    self.after = Areas(after, isPositive, groups, subjects)
  }

  /// The number of subjects with positive samples or that with negative ones, the smaller.
  var effectiveSubjects: Int { min(subjectsWith, subjectsWithout) }

  var values: (before: Double?, after: Double?) {
    let once = [Int32](repeating: 1, count: subjects)
    return values(drawn: once)
  }

  /// The two areas when each subject counts as often as it was drawn.
  func values(drawn: [Int32]) -> (before: Double?, after: Double?) {
    (before.area(drawn), after.area(drawn))
  }

  /// 1 / (4·positives·negatives), the unit of `differences`; 0 without pairs.
  var unit: Double {
    positives > 0 && negatives > 0 ? 0.25 / Double(positives) / Double(negatives) : 0
  }

  /// What each subject adds to the difference of the areas, with the sign that a swap turns.
  ///
  /// Let e be ±1 a subject, −1 where its networks are exchanged. The area of either network is a
  /// quadratic form in e over counts of pairs of subjects. Exchanging everybody turns e into −e and
  /// one network into the other, so that even terms cancel in the difference: what is left is
  /// linear, Σ e·d. For subject s, d is the change from before to after in how often its positive
  /// samples win against the negative ones of both networks, plus the change in how often positive
  /// samples of both networks win against its negative ones, a tie being half a win.
  private static func differences(
    _ before: [Int], _ after: [Int], _ isPositive: [Bool], _ groups: [Int], _ subjects: Int
  ) -> [Int] {
    let of = { (isWanted: Bool) in
      isPositive.indices.filter { isPositive[$0] == isWanted }
        .flatMap { [before[$0], after[$0]] }.sorted()
    }
    let (pooledPositives, pooledNegatives) = (of(true), of(false))
    var differences = [Int](repeating: 0, count: subjects)
    for index in isPositive.indices {
      let others = isPositive[index] ? pooledNegatives : pooledPositives
      // Of a negative sample, to rise is to lose.
      let change =
        MidRanks.doubledBelow(after[index], in: others)
        - MidRanks.doubledBelow(before[index], in: others)
      differences[groups[index]] += isPositive[index] ? change : -change
    }
    return differences
  }
}

/// Areas under the ROC curve of one network over resampled subjects.
///
/// With few subjects they are a quadratic form over counts of pairs of subjects, [subjects,
/// subjects]; with many (their square above the number of samples) samples are gone through.
private enum Areas: Sendable {
  case pairs(SubjectPairs)
  case samples(RankedScores)

  init(_ scores: [Double], _ isPositive: [Bool], _ groups: [Int], _ subjects: Int) {
    let (square, isTooLarge) = subjects.multipliedReportingOverflow(by: subjects)
    self =
      !isTooLarge && square <= scores.count
      ? .pairs(SubjectPairs(scores, isPositive, groups, subjects))
      : .samples(RankedScores(scores: scores, isPositive: isPositive, groups: groups))
  }

  func area(_ drawn: [Int32]) -> Double? {
    switch self {
    case .pairs(let pairs): pairs.area(drawn)
    case .samples(let scores): scores.area(weights: drawn)
    }
  }
}
