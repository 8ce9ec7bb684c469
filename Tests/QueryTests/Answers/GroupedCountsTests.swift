import Compute
import Testing

@testable import Query

@Suite("Subjects with equal counts")
struct GroupedCountsTests {
  @Test(
    "scores over groups equal those over subjects, however often each is drawn", arguments: 0..<20)
  func scores(seed: UInt64) throws {
    var stream = RandomStream(seed: seed)
    var counts = PredictionCounts(classes: ["a", "b", "c"])
    for subject in 0..<40 {
      counts.subjects.append("s\(subject)")
      // One or two kinds of answers a subject, so that many are alike.
      for label in 0..<1 + stream.below(2) {
        counts.counts.append(
          .init(
            subject: Int32(subject), label: Int32(label), predicted: Int32(stream.below(3)),
            count: Int32(1 + stream.below(2))))
      }
    }
    let (groups, kinds) = try #require(counts.grouped())
    #expect(groups.sizes.count < 40)
    #expect(kinds.subjects.count == groups.sizes.count)
    #expect(groups.sizes.reduce(0, +) == 40)
    for _ in 0..<10 {
      let weights = (0..<40).map { _ in Int32(stream.below(4)) }
      var drawn = [Int32](repeating: 0, count: groups.sizes.count)
      for (subject, weight) in weights.enumerated() {
        drawn[Int(groups.groups[subject])] += weight
      }
      for byClass in [false, true] {
        #expect(
          kinds.values(byClass: byClass, weights: drawn)
            == counts.values(byClass: byClass, weights: weights))
      }
    }
  }

  @Test("ranked probabilities tell subjects apart")
  func ranked() {
    var counts = PredictionCounts(classes: ["a", "b"])
    counts.subjects = ["s"]
    counts.counts = [.init(subject: 0, label: 0, predicted: 0, count: 1)]
    #expect(counts.grouped() != nil)
    counts.ranked = RankedScores(scores: [1], isPositive: [true], groups: [0])
    #expect(counts.grouped() == nil)
  }
}
