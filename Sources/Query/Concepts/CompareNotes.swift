internal import Compute

/// What to know beside a comparison of concepts.
enum CompareNotes {
  static func notes(_ cells: [CompareCell], _ question: CompareQuestion) -> [String] {
    let verdicts = CompareAnswer.verdicts(cells, question).values
    let counts = [DifferenceVerdict.forgotten, .gained, .kept, .undecided].map { verdict in
      "\(verdicts.count { $0.concept == verdict }) \(verdict.rawValue)"
    }
    var notes = ["concepts, by action unit and layer: " + counts.joined(separator: ", ")]
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

  /// The smallest difference of areas that could have been found.
  private static func power(_ cells: [CompareCell]) -> String? {
    let found = cells.filter { $0.measure == .presenceAUC && !$0.isEqual }.compactMap { cell in
      cell.comparison.detectable().map { (cell: cell, size: $0) }
    }
    guard let best = found.min(by: { $0.size < $1.size }),
      let worst = found.max(by: { $0.size < $1.size })
    else { return nil }
    let name = { (cell: CompareCell) in "AU\(cell.au) in \(cell.layer)" }
    return "smallest difference of presence_auc found with 80 % power at p < 0.05, before Holm: "
      + "\(NumberText.brief(best.size)) (\(name(best.cell))) to "
      + "\(NumberText.brief(worst.size)) (\(name(worst.cell)))"
  }
}
