import Foundation
import Testing

@testable import Compute

@Suite("Penalty by cross-validation")
struct PenaltySearchTests {
  /// Four features of 90 samples of 9 subjects, and a target that two of them tell with noise.
  private func data() throws -> (values: [Double], target: LogisticTarget, subjects: [Int]) {
    let values = randomFeatures(90, 4, seed: 21)
    var stream = RandomStream(seed: 22)
    let labels = (0..<90).map { sample -> Int32 in
      let score = values[sample * 4] - values[sample * 4 + 1] + 1 + stream.normal(0, 2)
      return stream.chance(0.1) ? -1 : score > 0 ? 1 : 0
    }
    return (values, LogisticTarget(labels: labels, classes: 2), (0..<90).map { $0 / 10 })
  }

  @Test("held-out losses are those of separate fits to the other folds")
  func separately() throws {
    let (values, target, subjects) = try data()
    let design = try #require(DesignMatrix(values, features: 4))
    let folds = try #require(SubjectFolds.assign(subjects, count: 3, seed: 1))
    let search = PenaltySearch(penalties: [0.001, 0.1, 1], tolerance: 1e-10)
    #expect(search.penalties == [1, 0.1, 0.001])
    let choice = try #require(search.choose([target], over: design, folds: folds)[0])
    let standard = design.standardisation.apply(values)
    var expected: [Double] = []
    for penalty in search.penalties {
      var (sum, held) = (0.0, 0.0)
      for fold in 0..<3 {
        let reference = LogisticReference(
          rows: (0..<90).map { Array(standard[$0 * 4..<$0 * 4 + 4]) + [1] },
          labels: (0..<90).map { folds[$0] == fold ? -1 : Int(target.labels[$0]) }, outputs: 1,
          penalty: penalty, penalised: 4)
        let minimum = reference.minimum()
        for sample in 0..<90 where folds[sample] == fold && target.labels[sample] >= 0 {
          let p = reference.probabilities(minimum, sample)[0]
          sum -= log(target.labels[sample] == 1 ? p : 1 - p)
          held += 1
        }
      }
      expected.append(sum / held)
    }
    for (loss, expected) in zip(choice.losses, expected) { #expect(abs(loss - expected) <= 1e-8) }
    let best = expected.indices.min { expected[$0] < expected[$1] } ?? 0
    #expect(choice.penalty == search.penalties[best])
  }

  @Test("the search ends after two worse penalties in a row")
  func early() throws {
    let values = randomFeatures(60, 20, seed: 71)
    let design = try #require(DesignMatrix(values, features: 20))
    var stream = RandomStream(seed: 72)
    let noise = LogisticTarget(isPresent: (0..<60).map { _ in stream.chance(0.5) })
    let folds = try #require(SubjectFolds.assign(Array(0..<60)))
    let choice = try #require(
      PenaltySearch(penalties: [10, 1, 0.1, 0.01, 0.001]).choose(
        [noise], over: design, folds: folds)[0])
    #expect(choice.penalty == 10)
    #expect(choice.losses.count == 3 && choice.losses == choice.losses.sorted())
  }

  @Test("noise asks for a large penalty, a clear target for a small one")
  func sense() throws {
    let values = randomFeatures(200, 8, seed: 31)
    let design = try #require(DesignMatrix(values, features: 8))
    var stream = RandomStream(seed: 32)
    let noise = LogisticTarget(isPresent: (0..<200).map { _ in stream.chance(0.5) })
    let clear = LogisticTarget(isPresent: (0..<200).map { values[$0 * 8] > 0 })
    let folds = try #require(SubjectFolds.assign((0..<200).map { $0 / 4 }))
    let choices = PenaltySearch().choose([noise, clear], over: design, folds: folds)
    #expect(choices[0]?.penalty == 1)
    #expect((choices[1]?.penalty ?? 1) <= 1e-3)
  }

  @Test("folds without a class in their remainder do not count; none left is no choice")
  func missingClasses() throws {
    let values = randomFeatures(12, 2, seed: 41)
    let design = try #require(DesignMatrix(values, features: 2))
    let folds = (0..<12).map { $0 / 6 }
    // The only positive samples lie in fold 0: without it there is nothing to learn.
    let rare = LogisticTarget(isPresent: (0..<12).map { $0 < 2 })
    let none = LogisticTarget(isPresent: Array(repeating: false, count: 12))
    let search = PenaltySearch(penalties: [1, 0.1], tolerance: 1e-8)
    let choices = search.choose([rare, none], over: design, folds: folds)
    #expect(choices[1] == nil)
    let choice = try #require(choices[0])
    let learnt = LogisticTarget(isPresent: (0..<12).map { $0 < 6 ? $0 < 2 : nil })
    let model = try #require(
      LogisticRegression.fit([learnt], to: design, penalties: [1], tolerance: 1e-8)[0])
    let logits = model.logits(design.turn(values))
    let loss = (6..<12).reduce(0.0) { $0 + log1p(exp(logits[$1])) } / 6
    #expect(abs(choice.losses[0] - loss) <= 1e-7)
  }

  @Test("subjects are dealt out whole, evenly, and repeatably")
  func folds() throws {
    let subjects = (0..<200).map { ($0 * 7) % 23 }
    let folds = try #require(SubjectFolds.assign(subjects, count: 5, seed: 3))
    for subject in 0..<23 {
      #expect(Set(subjects.indices.filter { subjects[$0] == subject }.map { folds[$0] }).count == 1)
    }
    let sizes = (0..<5).map { fold in folds.count { $0 == fold } }
    #expect(sizes.reduce(0, +) == 200 && (sizes.max() ?? 0) - (sizes.min() ?? 0) <= 18)
    #expect(folds == SubjectFolds.assign(subjects, count: 5, seed: 3))
    #expect(folds != SubjectFolds.assign(subjects, count: 5, seed: 4))
    #expect(Set(SubjectFolds.assign([0, 0, 1, 1, 2]) ?? []).count == 3)
    #expect(SubjectFolds.assign([0, 0, 0]) == nil)
  }
}
