internal import Compute

/// Compares what probes tell before and after, and judges it.
struct ProbeComparison {
  static let columns = [
    "before", "after", "dataset", "split", "layer", "target", "measure", "n", "n_positive",
    "subjects", "value_before", "before_lo", "value_after", "delta", "lo", "hi", "p", "p_holm",
    "verdict",
    "detectable", "within_before", "within_after", "within_delta", "within_lo", "within_hi",
    "within_p", "within_verdict", "permuted_before", "permuted_after", "head_before", "head_after",
    "head_delta", "head_lo", "head_hi", "control", "minus_control", "minus_control_lo",
    "minus_control_hi", "penalty_before", "penalty_after", "converged",
  ]

  let question: ProbeQuestion
  let samples: ProbeSamples
  let targets: ProbeTargets
  let head: ProbeHead
  private let study: PairedStudy
  /// For intervals alone.
  private let levels: PairedStudy
  private let reading: ProbeReading

  init(
    question: ProbeQuestion, samples: ProbeSamples, targets: ProbeTargets, head: ProbeHead
  ) {
    self.question = question
    self.samples = samples
    self.targets = targets
    self.head = head
    study = PairedStudy(
      subjects: samples.subjects.held,
      bootstrap: SubjectBootstrap(resamples: question.resamples, seed: question.seed),
      permutations: question.permutations)
    levels = PairedStudy(
      subjects: samples.subjects.held, bootstrap: study.bootstrap, permutations: 1)
    reading = ProbeReading(samples: samples, targets: targets)
  }

  /// One figure before and after.
  private struct Change {
    var before: Double?
    /// The lower end of the interval of the figure before.
    var beforeLow: Double?
    var after: Double?
    var interval: Interval?
    var pValue: Double?
    var detectable: Double?

    var delta: Double? {
      if let before, let after { after - before } else { nil }
    }
  }

  /// The rows of one layer.
  func rows(
    _ layer: ProbeLayers.Triple, control: String?, _ outcomes: [String: ProbeBattery.Outcome]
  ) -> [[Cell]] {
    let before = outcomes[layer.before]
    let after = outcomes[layer.after]
    let isSame = layer.before == layer.after
    let changes = changes(before, after, isSame: isSame)
    let strata = targets.readouts.map { within($0, before, after, isSame: isSame) }
    let chance = permuted(before, after)
    let controlled = layer.control.map {
      self.changes(outcomes[$0], after, isSame: $0 == layer.after)
    }
    let adjusted = Holm.adjust(changes.map(\.pValue))
    return targets.readouts.indices.map { place in
      let readout = targets.readouts[place]
      let probes = (before?.probes[readout.target], after?.probes[readout.target])
      let change = changes[place]
      let inner = strata[place]
      let head = head.changes[place]
      let minus = controlled?[place]
      let verdict = ProbeVerdict(
        change.interval, margin: question.margin, isTold: isTold(place, changes),
        head: head?.interval)
      let withinVerdict = ProbeVerdict(
        inner?.interval, margin: question.margin,
        isTold: inner?.beforeLow.map { $0 > 0.5 } ?? false,
        head: head?.interval)
      return description(layer, readout) + [
        Cell(change.before), Cell(change.beforeLow), Cell(change.after), Cell(change.delta),
        Cell(change.interval?.low),
        Cell(change.interval?.high), Cell(change.pValue), Cell(adjusted[place]),
        .text(verdict.rawValue), Cell(change.detectable),
        Cell(inner?.before), Cell(inner?.after), Cell(inner?.delta),
        Cell(inner?.interval?.low), Cell(inner?.interval?.high), Cell(inner?.pValue),
        Cell(inner?.delta == nil ? nil : withinVerdict.rawValue),
        Cell(chance[place].before), Cell(chance[place].after),
        Cell(head?.before), Cell(head?.after), Cell(head?.delta), Cell(head?.interval?.low),
        Cell(head?.interval?.high),
        Cell(minus?.delta == nil ? nil : control), Cell(minus?.delta), Cell(minus?.interval?.low),
        Cell(minus?.interval?.high),
        Cell(probes.0?.penalty), Cell(probes.1?.penalty),
        converged(probes.0, probes.1),
      ]
    }
  }

  /// Whether a readout was better than chance before: the interval of its area lies above ½; of a
  /// task, that of one of its classes.
  private func isTold(_ place: Int, _ changes: [Change]) -> Bool {
    let readout = targets.readouts[place]
    if case .task = readout.kind {
      return targets.readouts.indices.contains {
        $0 != place && targets.readouts[$0].target == readout.target && isTold($0, changes)
      }
    }
    return changes[place].beforeLow.map { $0 > 0.5 } ?? false
  }

  private func description(
    _ layer: ProbeLayers.Triple, _ readout: ProbeTargets.Readout
  ) -> [Cell] {
    let truth = targets.held[readout.target]
    let known = truth.labels.indices.filter { truth.labels[$0] >= 0 }
    let positives: Int? =
      switch readout.kind {
      case .task: nil
      case .label(_, let label): truth.labels.count { $0 == Int32(label) }
      case .actionUnit: truth.labels.count { $0 == 1 }
      }
    var measure = "auc"
    if case .task = readout.kind { measure = "macro_accuracy" }
    return [
      .text(question.before), .text(question.after), .text(samples.scope.dataset),
      .text(samples.scope.split.rawValue), .text(layer.name), .text(readout.name),
      .text(measure), Cell(known.count), positives.map { Cell($0) } ?? .null,
      Cell(Set(known.map { samples.held[$0].subject }).count),
    ]
  }

  /// 1 if both minima were reached; null where there is no probe.
  private func converged(_ before: ProbeBattery.Probe?, _ after: ProbeBattery.Probe?) -> Cell {
    guard let before, let after else { return .null }
    return Cell(before.isConverged && after.isConverged ? 1 : 0)
  }

  /// The change of every readout.
  private func changes(
    _ before: ProbeBattery.Outcome?, _ after: ProbeBattery.Outcome?, isSame: Bool
  ) -> [Change] {
    var changes = [Change](repeating: Change(), count: targets.readouts.count)
    var (places, measures): ([Int], [PairedMeasure]) = ([], [])
    for (place, readout) in targets.readouts.enumerated() {
      guard let was = before?.probes[readout.target], let now = after?.probes[readout.target]
      else { continue }
      if case .task = readout.kind {
        let recalls = reading.recalls(targets.held[readout.target], was, now)
          .map(PairedMeasure.ratio)
        let share = 1 / Double(recalls.count)
        changes[place] = contrast(
          recalls, weights: recalls.map { _ in share }, isSame: isSame)
        continue
      }
      places.append(place)
      measures.append(
        .area(
          reading.area(
            readout, reading.scores(was, readout.kind), reading.scores(now, readout.kind),
            truth: targets.held[readout.target])))
    }
    for (place, comparison) in zip(places, study.compare(measures)) {
      changes[place] = Change(
        before: comparison.before, beforeLow: comparison.beforeInterval?.low,
        after: comparison.after, interval: comparison.interval,
        pValue: comparison.pValue, detectable: comparison.detectable())
    }
    return changes
  }

  /// The change of an action unit told within strata; nil where it is not.
  private func within(
    _ readout: ProbeTargets.Readout, _ before: ProbeBattery.Outcome?,
    _ after: ProbeBattery.Outcome?, isSame: Bool
  ) -> Change? {
    guard let place = readout.within, let was = before?.within[place],
      let now = after?.within[place]
    else { return nil }
    let scores = (reading.scores(was, readout.kind), reading.scores(now, readout.kind))
    let (areas, weights) = reading.strata(readout, scores.0, scores.1)
    var change = contrast(areas.map(PairedMeasure.area), weights: weights, isSame: isSame)
    guard !areas.isEmpty else { return change }
    // The distance before from what scores that say nothing have, ½.
    let nothing = scores.0.map { _ in 0.0 }
    let above = reading.strata(readout, nothing, scores.0).areas.map(PairedMeasure.area)
    change.beforeLow = levels.contrast(above, weights: weights)?.interval.map { $0.low + 0.5 }
    return change
  }

  /// The change of a weighted mean of measures.
  private func contrast(
    _ measures: [PairedMeasure], weights: [Double], isSame: Bool
  ) -> Change {
    guard !measures.isEmpty else { return Change() }
    let values = measures.map(\.values)
    var change = Change(
      before: mean(values.map(\.before), weights), after: mean(values.map(\.after), weights))
    if isSame {
      change.interval = Interval(low: 0, high: 0)
      change.pValue = 1
      change.detectable = 0
    } else if let contrast = study.contrast(measures, weights: weights) {
      change.interval = contrast.interval
      change.pValue = contrast.pValue
      change.detectable = contrast.detectable()
    }
    return change
  }

  private func mean(_ values: [Double?], _ weights: [Double]) -> Double? {
    let known = values.compactMap { $0 }
    guard known.count == values.count else { return nil }
    return zip(known, weights).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// What probes tell of permuted labels.
  private func permuted(
    _ before: ProbeBattery.Outcome?, _ after: ProbeBattery.Outcome?
  ) -> [(before: Double?, after: Double?)] {
    targets.readouts.map { readout in
      guard let was = before?.permuted[readout.target],
        let now = after?.permuted[readout.target]
      else { return (nil, nil) }
      let truth = targets.permutedHeld[readout.target]
      if case .task = readout.kind {
        let recalls = reading.recalls(truth, was, now).map { PairedMeasure.ratio($0).values }
        let weights = recalls.map { _ in 1 / Double(recalls.count) }
        return (mean(recalls.map(\.before), weights), mean(recalls.map(\.after), weights))
      }
      return PairedMeasure.area(
        reading.area(
          readout, reading.scores(was, readout.kind), reading.scores(now, readout.kind),
          truth: truth)
      ).values
    }
  }

  /// What a reader should know beside the rows.
  static func notes(_ question: ProbeQuestion, _ table: Table) -> [String] {
    var counts: [String: Int] = [:]
    for case .text(let verdict) in table["verdict"] { counts[verdict, default: 0] += 1 }
    let list = ProbeVerdict.allCases.compactMap { verdict in
      counts[verdict.rawValue].map { "\($0) \(verdict.rawValue)" }
    }
    var notes = [
      "verdicts at a margin of \(NumberText.brief(question.margin)): "
        + list.joined(separator: ", ")
    ]
    let failed = table["converged"].count { $0 == .integer(0) }
    if failed > 0 { notes.append("\(failed) rows rest on a probe that did not converge") }
    return notes
  }
}
