import Compute
import Foundation

/// What is planted in a made-up comparison of three networks over the same pictures of people.
///
/// Each subject has shares of its own of the four outcomes between `before` and `after`, drawn
/// around the planted ones; `control` is drawn like `after`. Where forgotten and gained have the
/// same planted share, `before` and `after` are exchangeable within each subject, and `after` and
/// `control` always are. Action units are drawn last: given emotion and outcome, the odds of the
/// planted one are `oddsRatio` times as high in forgotten pictures as in retained ones, which is
/// then also the common odds ratio over emotions.
struct MadeUpStudy: Sendable {
  /// One picture.
  struct Frame: Sendable, Equatable {
    let subject: Int
    let label: Int
    let before: Int
    let after: Int
    let control: Int
    let units: Set<Int>
  }

  static let classes = [
    "neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt",
  ]
  /// Action units and the emotions that show them mostly, by class.
  static let units: [(au: Int, emotions: Set<Int>)] = [
    (1, [2, 3, 4]), (4, [2, 4, 6]), (6, [1]), (12, [1, 7]), (17, [2, 6]), (25, [1, 3, 4]),
  ]
  static let plantedUnit = 12

  var subjects = 20
  /// Pictures of each subject.
  var frames = 24
  /// Shares of retained, forgotten, gained and missed pictures.
  var outcomes: [Double]
  /// Intraclass correlation of the outcomes of one subject.
  var correlation: Double
  /// The odds ratio of AU12 in forgotten against retained pictures.
  var oddsRatio = 1.0
  /// The share of pictures whose action units follow their subject's habit instead of chance.
  var habit = 0.0

  init(
    forgotten: Double, gained: Double, correlation: Double, subjects: Int = 20,
    oddsRatio: Double = 1, habit: Double = 0
  ) {
    outcomes = [0.85 - forgotten - gained, forgotten, gained, 0.15]
    self.correlation = correlation
    self.subjects = subjects
    self.oddsRatio = oddsRatio
    self.habit = habit
  }

  var negativeFlipRate: Double { outcomes[1] }
  var positiveFlipRate: Double { outcomes[2] }

  /// The pictures of one repetition.
  func frames(seed: UInt64, repetition: Int) -> [Frame] {
    var stream = RandomStream(
      seed: seed, RandomStream.key("made-up study"), UInt64(repetition))
    return (0..<subjects).flatMap { subject -> [Frame] in
      let shares = stream.shares(around: outcomes, correlation: correlation)
      let habits = MadeUpStudy.units.map { _ in stream.uniform() }
      return (0..<frames).map { frame in
        self.frame(subject, label: frame % MadeUpStudy.classes.count, shares, habits, &stream)
      }
    }
  }

  private func frame(
    _ subject: Int, label: Int, _ shares: [Double], _ habits: [Double],
    _ stream: inout RandomStream
  ) -> Frame {
    let outcome = stream.category(shares)
    let isRight = outcome < 2
    // The control's answer given that of `before`, as likely as that of `after`.
    let known = isRight ? shares[0] + shares[1] : shares[2] + shares[3]
    let rightAgain = isRight ? shares[0] : shares[2]
    let control = known > 0 && stream.chance(rightAgain / known)
    let before = isRight ? label : wrong(label, &stream)
    let after = outcome == 0 || outcome == 2 ? label : wrong(label, &stream)
    let units = MadeUpStudy.units.indices.filter { index in
      let unit = MadeUpStudy.units[index]
      let odds = unit.emotions.contains(label) ? 3.0 : 0.25
      let isPlanted = unit.au == MadeUpStudy.plantedUnit && outcome == 1
      let raised = odds * (isPlanted ? oddsRatio : 1)
      let place = stream.chance(habit) ? habits[index] : stream.uniform()
      return place < raised / (1 + raised)
    }
    return Frame(
      subject: subject, label: label, before: before, after: after,
      control: control ? label : wrong(label, &stream),
      units: Set(units.map { MadeUpStudy.units[$0].au }))
  }

  private func wrong(_ label: Int, _ stream: inout RandomStream) -> Int {
    let count = MadeUpStudy.classes.count
    return (label + 1 + stream.below(count - 1)) % count
  }

  /// The counts of each subject.
  static func counts(_ frames: [Frame], subjects: Int) -> [FlipCounts] {
    var counts = [FlipCounts](repeating: FlipCounts(), count: subjects)
    for frame in frames {
      counts[frame.subject] += FlipCounts(
        label: frame.label, before: frame.before, after: frame.after)
    }
    return counts
  }
}

extension FlipCounts {
  /// The counts of one picture.
  fileprivate init(label: Int, before: Int, after: Int) {
    self.init(changed: before == after ? 0 : 1)
    switch (before == label, after == label) {
    case (true, true): retained = 1
    case (true, false): forgotten = 1
    case (false, true): gained = 1
    case (false, false): missed = 1
    }
  }
}
