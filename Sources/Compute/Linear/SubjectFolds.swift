/// Parts of the samples that share no subject.
public enum SubjectFolds {
  /// Deals subjects out to folds, in random order, each to the fold with the fewest samples so far.
  ///
  /// - Parameters:
  ///   - subjects: The subject of each sample, 0, 1, …
  ///   - count: How many folds; with fewer subjects there is one for each.
  ///   - seed: Of the order.
  /// - Returns: The fold of each sample; nil with fewer than two subjects.
  public static func assign(_ subjects: [Int], count: Int = 5, seed: UInt64 = 1) -> [Int]? {
    let number = (subjects.max() ?? -1) + 1
    guard number > 1, count > 1 else { return nil }
    var sizes = [Int](repeating: 0, count: number)
    for subject in subjects { sizes[subject] += 1 }
    var stream = RandomStream(seed: seed, RandomStream.key("subject folds"))
    var loads = [Int](repeating: 0, count: min(count, number))
    var folds = [Int](repeating: 0, count: number)
    for subject in stream.permutation(number) {
      let fold = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      folds[subject] = fold
      loads[fold] += sizes[subject]
    }
    return subjects.map { folds[$0] }
  }
}
