import Testing

@testable import Compute

@Suite("Classification scores")
struct ClassificationTests {
  @Test("accuracy, recall, precision and F1 by hand")
  func byHand() {
    // true 0: 3 right, 1 taken for 1; true 1: 2 right, 2 taken for 0; class 2 occurs never, taken once
    var matrix = ConfusionMatrix(classes: 4)
    matrix.add(label: 0, predicted: 0, count: 3)
    matrix.add(label: 0, predicted: 1)
    matrix.add(label: 1, predicted: 1, count: 2)
    matrix.add(label: 1, predicted: 0, count: 2)
    matrix.add(label: 1, predicted: 2)
    #expect(matrix.n == 9)
    #expect(matrix.accuracy == 5.0 / 9)
    #expect(matrix.recall(0) == 3.0 / 4)
    #expect(matrix.recall(1) == 2.0 / 5)
    #expect(matrix.recall(2) == nil)
    #expect(matrix.precision(0) == 3.0 / 5)
    #expect(matrix.precision(1) == 2.0 / 3)
    #expect(matrix.precision(2) == 0)
    #expect(matrix.precision(3) == nil)
    // 2·3/(4 + 5), 2·2/(5 + 3), 0/(0 + 1); class 3 counts nowhere.
    #expect(isWithin(matrix.f1(0), 6.0 / 9, 1e-15))
    #expect(matrix.f1(1) == 0.5)
    #expect(matrix.f1(2) == 0)
    #expect(matrix.f1(3) == nil)
    #expect(isWithin(matrix.balancedAccuracy, (0.75 + 0.4) / 2, 1e-15))
    #expect(isWithin(matrix.macroF1, (6.0 / 9 + 0.5 + 0) / 3, 1e-15))
  }

  @Test("nothing is undefined, not zero")
  func empty() {
    let matrix = ConfusionMatrix(classes: 2)
    #expect(matrix.accuracy == nil)
    #expect(matrix.balancedAccuracy == nil)
    #expect(matrix.macroF1 == nil)
  }

  @Test("area under the curve by hand, with a tie across the classes")
  func areaByHand() {
    // positives 0.9 0.5, negatives 0.5 0.1: 0.9 beats both, 0.5 beats one and ties one: 3.5 of 4
    let ranked = RankedScores(
      scores: [0.9, 0.5, 0.5, 0.1], isPositive: [true, true, false, false], groups: [0, 1, 0, 1])
    #expect(ranked.area == 3.5 / 4)
    // Group 1 twice: positives 0.5 0.5, negatives 0.1 0.1.
    #expect(ranked.area(weights: [0, 2]) == 1)
    #expect(ranked.area(weights: [1, 1]) == ranked.area)
    #expect(ranked.area(weights: [0, 0]) == nil)
    #expect(RankedScores(scores: [1], isPositive: [true], groups: [0]).area == nil)
    #expect(RankedScores(scores: [], isPositive: [], groups: []).area == nil)
  }

  @Test("area equals the count over all pairs", arguments: 0..<30)
  func areaReference(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed))
    let count = 60
    let scores = (0..<count).map { _ in Double(stream.below(12)) / 11 }
    let truth = (0..<count).map { _ in stream.chance(0.4) }
    let groups = (0..<count).map { _ in stream.below(7) }
    let weights = (0..<7).map { _ in Int32(stream.below(4)) }
    var (won, pairs) = (0.0, 0.0)
    for i in 0..<count where truth[i] {
      for j in 0..<count where !truth[j] {
        let weight = Double(weights[groups[i]]) * Double(weights[groups[j]])
        pairs += weight
        won += weight * (scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0)
      }
    }
    let ranked = RankedScores(scores: scores, isPositive: truth, groups: groups)
    let area = ranked.area(weights: weights)
    if pairs > 0 { #expect(isWithin(area, won / pairs, 1e-13)) } else { #expect(area == nil) }
  }
}
