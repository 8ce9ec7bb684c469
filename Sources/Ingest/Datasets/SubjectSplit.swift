import Compute

/// Assigns subjects, never frames, to the splits train, val and test.
struct SubjectSplit {
  /// Shares of the subjects that go to validation and test; the rest trains.
  static let validationShare = 0.12
  static let testShare = 0.25

  private let splitOf: [String: String]

  /// Draws the subjects of each split; the same subjects and seed give the same splits.
  ///
  /// With three or more subjects every split has at least one.
  init(subjects: Set<String>, seed: UInt64) {
    let sorted = subjects.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var stream = RandomStream(seed: seed, RandomStream.key("split"))
    let order = stream.permutation(sorted.count)
    let count = Double(sorted.count)
    let least = sorted.count >= 3 ? 1 : 0
    let test = max(least, Int((count * SubjectSplit.testShare).rounded()))
    let validation = max(least, Int((count * SubjectSplit.validationShare).rounded()))
    var splitOf: [String: String] = [:]
    for (rank, index) in order.enumerated() {
      splitOf[sorted[index]] = rank < test ? "test" : rank < test + validation ? "val" : "train"
    }
    self.splitOf = splitOf
  }

  /// The splits that subjects are in already.
  init(stored: [String: String]) { splitOf = stored }

  func split(of subject: String) -> String { splitOf[subject] ?? "train" }
}
