/// Sentences that stand beside more than one answer.
enum Notes {
  /// What the answer looked at, and whether people are told apart.
  static func scope(_ scope: SampleScope, samples: Int, subjects: Int) -> String {
    let count = "\(samples) sample\(samples == 1 ? "" : "s")"
    if subjects == samples, samples > 1 {
      return "\(scope.name): \(count), each its own subject"
    }
    return "\(scope.name): \(count) of \(subjects) subject\(subjects == 1 ? "" : "s")"
      + (subjects == 1 ? ": no interval or test over subjects is possible" : "")
  }
}
