internal import Compute

/// What to know beside a comparison of concepts.
enum CompareNotes {
  static func notes(_ cells: [CompareCell], _ question: CompareQuestion) -> [String] {
    let judged = CompareAnswer.verdicts(cells, question)
    let verdicts = judged.values
    let counts = [DifferenceVerdict.forgotten, .gained, .kept, .undecided].map { verdict in
      "\(verdicts.count { $0.concept == verdict }) \(verdict.rawValue)"
    }
    var notes = ["concepts, by action unit and layer: " + counts.joined(separator: ", ")]
    notes += corrected(cells, question, judged) + [unknown(cells, judged)].compactMap { $0 }
    let places = verdicts.count { $0.found == .place }
    if places > 0 {
      notes.append(
        "\(places) of them found the place before, and not the action unit: a drop of their set "
          + "IoU is not called forgotten")
    }
    let equal = Set(cells.filter(\.isEqual).map(\.layer)).count
    if equal > 0 {
      notes.append(
        "\(equal) layer\(equal == 1 ? " is" : "s are") shared by both models: equal, not tested")
    }
    return notes + [power(cells)].compactMap { $0 }
  }

  private typealias Judged = [CompareAnswer.Place: CompareVerdict]

  /// How many changes hold after correction: verdicts are by intervals, one by one.
  private static func corrected(
    _ cells: [CompareCell], _ question: CompareQuestion, _ judged: Judged
  ) -> [String] {
    let changed = judged.filter { [.forgotten, .gained].contains($0.value.concept) }
    guard !changed.isEmpty else { return [] }
    let shown = cells.filter { question.shownMeasures.contains($0.measure) }
    let holding = Set(
      zip(shown, CompareAnswer.adjusted(shown)).compactMap { cell, p -> CompareAnswer.Place? in
        guard let p, p < 0.05, let verdict = changed[.init(cell)],
          verdict.measures[cell.measure] == verdict.concept
        else { return nil }
        return .init(cell)
      })
    return [
      "of the \(changed.count) forgotten or gained, \(holding.count) with p_holm < 0.05: verdicts go "
        + "by intervals, which are not corrected for their number"
    ]
  }

  /// How many kept concepts were not there to begin with.
  private static func unknown(_ cells: [CompareCell], _ judged: Judged) -> String? {
    let count = cells.count { cell in
      cell.measure == .presenceAUC && judged[.init(cell)]?.concept == .kept
        && (cell.comparison.beforeInterval?.low ?? 1) <= 0.5
    }
    return count == 0
      ? nil
      : "\(count) of those kept were not told from their absence before: nothing was there to lose"
  }

  /// The smallest difference of areas that could have been found.
  private static func power(_ cells: [CompareCell]) -> String? {
    let found = cells.filter { $0.measure == .presenceAUC && !$0.isEqual }.compactMap { cell in
      cell.comparison.detectable().map { (cell: cell, size: $0) }
    }.filter { $0.size > 0 }
    guard let best = found.min(by: { $0.size < $1.size }),
      let worst = found.max(by: { $0.size < $1.size })
    else { return nil }
    let name = { (cell: CompareCell) in "AU\(cell.au) in \(cell.layer)" }
    return "smallest difference of presence_auc found with 80 % power at p < 0.05, before Holm: "
      + "\(NumberText.brief(best.size)) (\(name(best.cell))) to "
      + "\(NumberText.brief(worst.size)) (\(name(worst.cell)))"
  }
}
