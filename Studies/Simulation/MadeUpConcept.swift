import Compute
import Foundation

/// What is planted in a made-up comparison of how two networks embed an action unit.
///
/// Every network has qualities of its own for every person, so that the networks are exchangeable
/// within each subject where nothing is planted, and the pictures of one person go together.
struct MadeUpConcept: Sendable {
  static let frames = 24
  /// Pictures of each subject that show the action unit.
  static let present = 10
  /// Cells of its mask, and the mean of those that are found beside it.
  private static let (mask, beside) = (40.0, 20.0)
  /// Standard deviations of the shift and of the slope of one subject's scores.
  private static let (shift, slope) = (0.7, 0.4)
  private static let hits = 0.6
  private static let strength = 1.2

  var subjects: Int
  /// What set IoU loses.
  var ratioDrop: Double
  /// How many standard deviations of the scores the two kinds of pictures come nearer.
  var strengthDrop: Double

  /// The scores of one repetition, by subject and picture.
  struct Draw: Sendable {
    /// One part a picture that shows the action unit.
    var parts: [PairedRatio.Part] = []
    var partGroups: [Int] = []
    var before: [Double] = []
    var after: [Double] = []
    var isPresent: [Bool] = []
    var groups: [Int] = []
  }

  /// The true set IoU before.
  var ratio: Double { MadeUpConcept.hits * MadeUpConcept.mask / ratioCells }
  private var ratioCells: Double { MadeUpConcept.mask + MadeUpConcept.beside }

  /// What the area under the ROC curve loses.
  var areaDrop: Double {
    area(MadeUpConcept.strength) - area(MadeUpConcept.strength - strengthDrop)
  }

  /// P(a picture with the action unit scores above one without), over pairs of equal and of
  /// different subjects.
  private func area(_ strength: Double) -> Double {
    let (shift, slope) = (MadeUpConcept.shift, MadeUpConcept.slope)
    let own = Normal.cdf(strength / (2 + slope * slope).squareRoot())
    let other = Normal.cdf(strength / (2 * (1 + shift * shift) + slope * slope).squareRoot())
    return own / Double(subjects) + other * (1 - 1 / Double(subjects))
  }

  func draw(seed: UInt64, repetition: Int) -> Draw {
    var stream = RandomStream(
      seed: seed, RandomStream.key("made-up concept"), UInt64(repetition))
    var draw = Draw()
    for subject in 0..<subjects {
      let networks = [0, 1].map { network in
        Network(
          hits: MadeUpConcept.hits + stream.uniform(-0.25, 0.25)
            - (network == 1 ? ratioDrop * ratioCells / MadeUpConcept.mask : 0),
          beside: MadeUpConcept.beside + stream.uniform(-12, 12),
          shift: stream.normal(0, MadeUpConcept.shift),
          strength: MadeUpConcept.strength + stream.normal(0, MadeUpConcept.slope)
            - (network == 1 ? strengthDrop : 0))
      }
      for frame in 0..<MadeUpConcept.frames {
        let isPresent = frame < MadeUpConcept.present
        draw.groups.append(subject)
        draw.isPresent.append(isPresent)
        draw.before.append(networks[0].score(isPresent, &stream))
        draw.after.append(networks[1].score(isPresent, &stream))
        guard isPresent else { continue }
        let (before, after) = (networks[0].cells(&stream), networks[1].cells(&stream))
        draw.partGroups.append(subject)
        draw.parts.append(
          PairedRatio.Part(
            numeratorBefore: before.hits,
            denominatorBefore: Int(MadeUpConcept.mask) + before.beside,
            numeratorAfter: after.hits, denominatorAfter: Int(MadeUpConcept.mask) + after.beside))
      }
    }
    return draw
  }

  /// One network's qualities for one person.
  private struct Network {
    let hits: Double
    let beside: Double
    let shift: Double
    let strength: Double

    func score(_ isPresent: Bool, _ stream: inout RandomStream) -> Double {
      shift + stream.normal() + (isPresent ? strength : 0)
    }

    /// Whole cells whose means are the planted ones.
    func cells(_ stream: inout RandomStream) -> (hits: Int, beside: Int) {
      let hit = MadeUpConcept.mask * (hits + stream.uniform(-0.1, 0.1))
      return (Int(hit + stream.uniform()), Int(beside + stream.uniform(-5, 5) + stream.uniform()))
    }
  }
}

extension MadeUpConcept.Draw {
  /// Set IoU and presence AUC by subject.
  func measures(subjects: Int) -> [PairedMeasure] { measures(subjects, partGroups, groups) }

  /// The same with every picture its own subject, as if pictures were independent.
  func naiveMeasures() -> (pictures: Int, measures: [PairedMeasure]) {
    let positives = isPresent.indices.filter { isPresent[$0] }
    return (groups.count, measures(groups.count, positives, Array(groups.indices)))
  }

  private func measures(_ subjects: Int, _ partGroups: [Int], _ groups: [Int]) -> [PairedMeasure] {
    var sums = [PairedRatio.Part](repeating: .init(), count: subjects)
    for (part, group) in zip(parts, partGroups) {
      sums[group].numeratorBefore += part.numeratorBefore
      sums[group].denominatorBefore += part.denominatorBefore
      sums[group].numeratorAfter += part.numeratorAfter
      sums[group].denominatorAfter += part.denominatorAfter
    }
    let area = PairedArea(
      before: before, after: after, isPositive: isPresent, groups: groups, subjects: subjects)
    return [.ratio(PairedRatio(sums)), .area(area)]
  }
}
