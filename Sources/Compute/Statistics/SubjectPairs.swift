/// How often positive samples of one subject score above negative ones of another.
struct SubjectPairs: Sendable, Equatable {
  private let subjects: Int
  /// Twice the wins, a tie being half of one: [subjects of positives, subjects of negatives].
  private let wins: [Double]
  /// Samples of each subject.
  private let (positives, negatives): ([Double], [Double])

  /// Counts the pairs.
  ///
  /// - Parameters:
  ///   - scores: Larger means more likely positive; no NaN.
  ///   - isPositive: The truth, one a score.
  ///   - groups: The subject of each score, in 0..<subjects.
  ///   - subjects: How many subjects there are.
  init(_ scores: [Double], _ isPositive: [Bool], _ groups: [Int], _ subjects: Int) {
    self.subjects = subjects
    var wins = [Double](repeating: 0, count: subjects * subjects)
    var positives = [Double](repeating: 0, count: subjects)
    var negatives = positives
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, scores[order[end]] == scores[order[start]] { end += 1 }
      let tied = order[start..<end]
      // Half a win against those that tie: count them before their half, then whole.
      var doubled = negatives.map { 2 * $0 }
      for index in tied where !isPositive[index] {
        doubled[groups[index]] += 1
        negatives[groups[index]] += 1
      }
      for index in tied where isPositive[index] {
        positives[groups[index]] += 1
        let row = groups[index] * subjects
        for subject in 0..<subjects { wins[row + subject] += doubled[subject] }
      }
      start = end
    }
    self.wins = wins
    self.positives = positives
    self.negatives = negatives
  }

  /// The area under the ROC curve when each subject counts as often as it was drawn; nil without a
  /// positive or a negative sample.
  func area(_ drawn: [Int32]) -> Double? {
    let weights = drawn.map(Double.init)
    var (won, with, without) = (0.0, 0.0, 0.0)
    for subject in 0..<subjects {
      with += weights[subject] * positives[subject]
      without += weights[subject] * negatives[subject]
      guard weights[subject] > 0, positives[subject] > 0 else { continue }
      var row = 0.0
      for other in 0..<subjects { row += weights[other] * wins[subject * subjects + other] }
      won += weights[subject] * row
    }
    return with > 0 && without > 0 ? won / (2 * with * without) : nil
  }
}
