internal import Compute

/// What became of one action unit in one layer.
struct CompareVerdict: Equatable {
  /// What the layer before found where the action unit was shown.
  enum Found: String {
    /// More than the place: its set IoU beats that of the region without the action unit.
    case concept
    /// The place, which is found as well without the action unit.
    case place
  }

  /// The verdict on each measure.
  let measures: [CompareQuestion.Measure: DifferenceVerdict]
  /// The verdict on the concept.
  let concept: DifferenceVerdict
  /// Nil where the region has no set IoU.
  let found: Found?

  /// Judges the cells of one action unit in one layer.
  ///
  /// The intervals decide by the margins, with these conditions on *forgotten*: a presence that was
  /// not told from absence before (the interval of its area before reaches ½) cannot be lost; a
  /// layer that found the place and not the concept cannot lose set IoU of the concept; and a drop
  /// of set IoU over samples with the action unit counts only with one of the other two. What fails
  /// them is undecided. The concept is forgotten or gained if the presence or the set IoU over all
  /// samples is and neither speaks against it, and kept if both are.
  ///
  /// - Parameters:
  ///   - cells: One a measure.
  ///   - question: Has the margins.
  init(_ cells: [CompareCell], _ question: CompareQuestion) {
    let byMeasure = Dictionary(
      cells.map { ($0.measure, $0) }, uniquingKeysWith: { first, _ in first })
    var found: Found?
    if let cell = byMeasure[.setIoU], let region = cell.region.before,
      let low = cell.comparison.beforeInterval?.low
    {
      found = low > region ? .concept : .place
    }
    var verdicts = byMeasure.mapValues {
      DifferenceVerdict($0.comparison.interval, margin: question.margin($0.measure))
    }
    func withdraw(_ measure: CompareQuestion.Measure, unless isMet: Bool) {
      if verdicts[measure] == .forgotten, !isMet { verdicts[measure] = .undecided }
    }
    let lowestArea = byMeasure[.presenceAUC]?.comparison.beforeInterval?.low ?? 0
    withdraw(.presenceAUC, unless: lowestArea > 0.5)
    withdraw(.setIoUAll, unless: found != .place)
    let others = [verdicts[.presenceAUC], verdicts[.setIoUAll]].compactMap { $0 }
    withdraw(.setIoU, unless: found != .place && others.contains(.forgotten))
    let (isLost, isGained) = (others.contains(.forgotten), others.contains(.gained))
    concept =
      if isLost, !isGained {
        .forgotten
      } else if isGained, !isLost {
        .gained
      } else if others == [.kept, .kept] {
        .kept
      } else {
        .undecided
      }
    measures = verdicts
    self.found = found
  }
}
