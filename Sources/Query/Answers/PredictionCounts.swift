internal import Compute

/// The labelled predictions of one model, counted by subject, with the scores that follow from them.
struct PredictionCounts: Sendable {
  /// How many samples of one subject and class were taken for a class.
  struct Count: Sendable {
    let subject: Int32
    let label: Int32
    let predicted: Int32
    let count: Int32
  }

  /// A score: of a class, or of all of them; over how many samples; by name.
  struct Metric: Sendable {
    let positive: String?
    let n: Int
    let name: String
  }

  /// The model's classes, and after them labels that it does not know.
  var classes: [String]
  var subjects: [String] = []
  var counts: [Count] = []
  /// The probabilities of the positive class, for tasks with two classes.
  var ranked: RankedScores?
  var positive: String?
  var rankedCount = 0

  /// Samples.
  var n: Int { counts.reduce(0) { $0 + Int($1.count) } }

  /// What `values` computes, in its order.
  func metrics(byClass: Bool) -> [Metric] {
    if byClass {
      let matrix = matrix(weights: Array(repeating: 1, count: subjects.count))
      return classes.indices.flatMap { label in
        ["recall", "precision", "f1"].map {
          Metric(positive: classes[label], n: matrix.support(label), name: $0)
        }
      }
    }
    let overall = ["accuracy", "balanced_accuracy", "macro_f1"].map {
      Metric(positive: nil, n: n, name: $0)
    }
    guard ranked != nil else { return overall }
    return overall + [Metric(positive: positive, n: rankedCount, name: "auc")]
  }

  /// The scores when each subject counts `weights[subject]` times.
  func values(byClass: Bool, weights: [Int32]) -> [Double?] {
    let matrix = matrix(weights: weights)
    if byClass {
      return classes.indices.flatMap {
        [matrix.recall($0), matrix.precision($0), matrix.f1($0)]
      }
    }
    let overall = [matrix.accuracy, matrix.balancedAccuracy, matrix.macroF1]
    guard let ranked else { return overall }
    return overall + [ranked.area(weights: weights)]
  }

  /// The same counts with one subject for each group of subjects that have equal ones; nil where the
  /// probabilities are ranked, which tell subjects apart.
  func grouped() -> (groups: SubjectGroups, kinds: PredictionCounts)? {
    guard ranked == nil else { return nil }
    var parts = [Part](repeating: Part(), count: subjects.count)
    for item in counts {
      parts[Int(item.subject)].numbers += [item.label, item.predicted, item.count]
    }
    let groups = SubjectGroups(parts)
    var kinds = PredictionCounts(classes: classes)
    kinds.subjects = groups.representatives.map { subjects[$0] }
    kinds.counts = groups.representatives.enumerated().flatMap { group, subject in
      let numbers = parts[subject].numbers
      return stride(from: 0, to: numbers.count, by: 3).map {
        Count(
          subject: Int32(clamping: group), label: numbers[$0], predicted: numbers[$0 + 1],
          count: numbers[$0 + 2])
      }
    }
    return (groups, kinds)
  }

  /// Label, predicted class and count of all counts of a subject, by label and predicted class.
  private struct Part: Hashable, Comparable {
    var numbers: [Int32] = []

    static func < (a: Part, b: Part) -> Bool { a.numbers.lexicographicallyPrecedes(b.numbers) }
  }

  private func matrix(weights: [Int32]) -> ConfusionMatrix {
    // Thousands of resamples come through here: no call into another module for each count.
    var cells = [Int](repeating: 0, count: classes.count * classes.count)
    for item in counts {
      let weight = Int(weights[Int(item.subject)])
      if weight == 0 { continue }
      cells[Int(item.label) * classes.count + Int(item.predicted)] += weight * Int(item.count)
    }
    return ConfusionMatrix(classes: classes.count, counts: cells)
  }
}
