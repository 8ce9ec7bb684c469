import Compute
import Foundation

/// Repetitions of a training recipe whose effect is planted: networks before and after that differ
/// by their seeds, each with a few points of accuracy of its own, over the same pictures.
///
/// Accuracies are sums of bounded parts and stay within (0, 1), so that the planted drop is exact:
/// what a person's pictures are like, what a network's seed gave it, what it makes of a person.
struct MadeUpRecipe: Sendable {
  var subjects = 20
  var frames = 24
  /// Standard deviation of accuracy between seeds.
  var seedSpread = 0.02
  /// Standard deviation of accuracy of one network between subjects, beyond the pictures.
  var subjectSpread = 0.05
  /// The share of pictures that are as hard for one network as for the next.
  var shared = 0.7
  /// What the recipe takes from accuracy.
  var drop: Double
  /// Pairs of networks.
  var seeds: Int

  init(drop: Double, seeds: Int) {
    self.drop = drop
    self.seeds = seeds
  }

  /// Flips by seed and subject.
  func counts(seed: UInt64, repetition: Int) -> [[FlipCounts]] {
    var stream = RandomStream(
      seed: seed, RandomStream.key("made-up recipe"), UInt64(repetition))
    let base = (0..<subjects).map { _ in stream.uniform(0.55, 0.75) }
    let difficulty = (0..<subjects * frames).map { _ in stream.uniform() }
    return (0..<seeds).map { _ in
      let before = answers(base, difficulty, 0, &stream)
      let after = answers(base, difficulty, drop, &stream)
      return (0..<subjects).map { subject in
        var counts = FlipCounts()
        for place in subject * frames..<(subject + 1) * frames {
          switch (before[place], after[place]) {
          case (true, true): counts.retained += 1
          case (true, false): counts.forgotten += 1
          case (false, true): counts.gained += 1
          case (false, false): counts.missed += 1
          }
        }
        counts.changed = counts.forgotten + counts.gained
        return counts
      }
    }
  }

  /// Whether one network is right about each picture.
  private func answers(
    _ base: [Double], _ difficulty: [Double], _ drop: Double, _ stream: inout RandomStream
  ) -> [Bool] {
    // A uniform number within ±√3 standard deviations has that standard deviation.
    let root = 3.0.squareRoot()
    let own = stream.uniform(-seedSpread * root, seedSpread * root)
    return base.indices.flatMap { subject in
      let reach = subjectSpread * root
      let accuracy = base[subject] + own + stream.uniform(-reach, reach) - drop
      return (0..<frames).map { frame in
        let place =
          stream.chance(shared) ? difficulty[subject * frames + frame] : stream.uniform()
        return place < accuracy
      }
    }
  }
}
