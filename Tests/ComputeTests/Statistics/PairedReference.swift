@testable import Compute

/// Two networks' figures of the same samples, and slow ways to compare them.
struct PairedReference {
  struct Sample {
    var subject: Int
    var isPositive: Bool
    var scores: (before: Double, after: Double)
    var numerators: (before: Int, after: Int)
    var denominators: (before: Int, after: Int)
  }

  var subjects: Int
  var samples: [Sample]

  /// Samples of a random study: scores on a coarse scale, so that they tie.
  init(
    subjects: Int, perSubject: Int, shift: Double = 0, spread: Double = 0.4, levels: Double = 9,
    stream: inout RandomStream
  ) {
    self.subjects = subjects
    samples = []
    for subject in 0..<subjects {
      let own = stream.normal(0, spread)
      for _ in 0..<perSubject {
        let isPositive = stream.chance(0.4)
        let signal = isPositive ? 0.8 : 0
        func score(_ move: Double) -> Double {
          ((signal * (1 - move) + own + stream.normal()) * levels).rounded() / levels
        }
        let before = score(0)
        let after = score(shift)
        let concept = 20 + stream.below(20)
        let numerators = (stream.below(concept), stream.below(concept))
        samples.append(
          Sample(
            subject: subject, isPositive: isPositive, scores: (before, after),
            numerators: numerators,
            denominators: (concept + stream.below(10), concept + stream.below(10))))
      }
    }
  }

  var ratio: PairedRatio {
    var parts = [PairedRatio.Part](repeating: .init(), count: subjects)
    for sample in samples {
      parts[sample.subject].numeratorBefore += sample.numerators.before
      parts[sample.subject].numeratorAfter += sample.numerators.after
      parts[sample.subject].denominatorBefore += sample.denominators.before
      parts[sample.subject].denominatorAfter += sample.denominators.after
    }
    return PairedRatio(parts)
  }

  var area: PairedArea {
    PairedArea(
      before: samples.map(\.scores.before), after: samples.map(\.scores.after),
      isPositive: samples.map(\.isPositive), groups: samples.map(\.subject), subjects: subjects)
  }

  /// The samples with the networks of some subjects exchanged, scores as mid-ranks among those of
  /// their own network.
  func swapping(_ swapped: (Int) -> Bool) -> PairedReference {
    var result = self
    let before = PairedReference.ranks(samples.map(\.scores.before))
    let after = PairedReference.ranks(samples.map(\.scores.after))
    for index in samples.indices {
      let sample = samples[index]
      result.samples[index].scores = (before[index], after[index])
      guard swapped(sample.subject) else { continue }
      result.samples[index].scores = (after[index], before[index])
      result.samples[index].numerators = (sample.numerators.after, sample.numerators.before)
      result.samples[index].denominators = (sample.denominators.after, sample.denominators.before)
    }
    return result
  }

  /// Σ numerators / Σ denominators, after − before.
  var ratioDelta: Double {
    let sum = { (value: (Sample) -> Int) in Double(samples.reduce(0) { $0 + value($1) }) }
    return sum { $0.numerators.after } / sum { $0.denominators.after }
      - sum { $0.numerators.before } / sum { $0.denominators.before }
  }

  /// Areas from all pairs, after − before.
  var areaDelta: Double {
    PairedReference.area(samples.map { ($0.scores.after, $0.isPositive) })
      - PairedReference.area(samples.map { ($0.scores.before, $0.isPositive) })
  }

  static func area(_ items: [(score: Double, isPositive: Bool)]) -> Double {
    var (won, pairs) = (0.0, 0.0)
    for one in items where one.isPositive {
      for other in items where !other.isPositive {
        pairs += 1
        won += one.score > other.score ? 1 : one.score == other.score ? 0.5 : 0
      }
    }
    return won / pairs
  }

  static func ranks(_ values: [Double]) -> [Double] {
    values.map { value in
      Double(values.count { $0 < value }) + Double(values.count { $0 == value } - 1) / 2
    }
  }
}
