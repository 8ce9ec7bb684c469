internal import Compute
internal import SQLite

/// What the networks themselves answer about the samples that probes are tried on.
struct ProbeHead {
  /// The head's share of right answers before and after, one a readout; nil where it has none.
  let changes: [PairedComparison?]
  let notes: [String]
  let statements: [SQLStatement]

  init(
    _ question: ProbeQuestion, cards: [ModelCard], samples: ProbeSamples, targets: ProbeTargets,
    in session: ReadOnlySession
  ) throws {
    guard cards[0].task == cards[1].task else {
      changes = targets.readouts.map { _ in nil }
      notes = [
        "\(cards[0].name) answers the task \(cards[0].task) and \(cards[1].name) the task "
          + "\(cards[1].task): whether a head errs more cannot be said, nor `hidden`"
      ]
      statements = []
      return
    }
    let statement = SQLStatement(
      """
      SELECT sample_id, outcome FROM transitions
      WHERE before = :before AND after = :after\(samples.scope.conditions())
      """,
      [.init("before", .text(question.before)), .init("after", .text(question.after))]
        + samples.scope.parameters)
    var outcomes: [Int: Outcome] = [:]
    try session.forEachRow(of: statement) { row in
      if let id = row[0].int { outcomes[id] = row[1].string.flatMap(Outcome.init) }
      return true
    }
    statements = [statement]
    guard !outcomes.isEmpty else {
      changes = targets.readouts.map { _ in nil }
      notes = [
        "\(question.before) and \(question.after) have no labelled predictions in common: whether "
          + "the head errs more cannot be said, nor `hidden`"
      ]
      return
    }
    notes = []
    let ratios = targets.readouts.map { readout in
      ProbeHead.ratio(samples, outcomes) { place in
        switch readout.kind {
        case .task(let task): task == cards[0].task
        case .label(let task, let label):
          task == cards[0].task && targets.held[readout.target].labels[place] == Int32(label)
        case .actionUnit: targets.held[readout.target].labels[place] == 1
        }
      }
    }
    let study = PairedStudy(
      subjects: samples.subjects.held,
      bootstrap: SubjectBootstrap(resamples: question.resamples, seed: question.seed),
      permutations: question.permutations)
    changes = study.compare(ratios.map(PairedMeasure.ratio))
  }

  /// Right answers among the chosen samples, by subject.
  private static func ratio(
    _ samples: ProbeSamples, _ outcomes: [Int: Outcome], _ isChosen: (Int) -> Bool
  ) -> PairedRatio {
    var parts = [PairedRatio.Part](
      repeating: PairedRatio.Part(), count: samples.subjects.held)
    for (place, sample) in samples.held.enumerated() where isChosen(place) {
      guard let outcome = outcomes[sample.id] else { continue }
      parts[sample.subject].denominatorBefore += 1
      parts[sample.subject].denominatorAfter += 1
      if [.retained, .forgotten].contains(outcome) { parts[sample.subject].numeratorBefore += 1 }
      if [.retained, .gained].contains(outcome) { parts[sample.subject].numeratorAfter += 1 }
    }
    return PairedRatio(parts)
  }
}
