internal import Compute

/// The rows of a question about concept sensitivity, as layers of models are added.
struct TCAVReport {
  static let columns = [
    "model", "layer", "au", "class", "dataset", "split", "n", "subjects", "tcav", "lo", "hi",
    "random_mean", "random_lo", "random_hi", "p", "p_holm", "sensitivity", "sensitivity_p",
    "sensitivity_p_holm", "delta", "delta_lo", "delta_hi",
    "delta_p", "delta_p_holm", "cav", "cav_auc", "penalty", "random",
  ]

  /// One row, before its p values are corrected.
  private struct Entry {
    /// What it is about.
    let about: [Cell]
    /// Cells up to each p value, which follow them.
    var score = [Cell](repeating: .null, count: 6)
    var p: Double?
    var sensitivity: Double?
    var sensitivityP: Double?
    var delta = [Cell](repeating: .null, count: 3)
    var deltaP: Double?
    /// Of the vector.
    let vector: [Cell]
  }

  private let question: TCAVQuestion
  private let samples: ProbeSamples
  private let concepts: TCAVConcepts
  private let study: PairedStudy
  /// Answers of the first model, by layer, action unit and class.
  private var first: [String: [Bool]] = [:]
  private var rows: [[Cell]] = []
  private var undefined: [String] = []

  init(
    _ question: TCAVQuestion, samples: ProbeSamples, concepts: TCAVConcepts, study: PairedStudy
  ) {
    self.question = question
    self.samples = samples
    self.concepts = concepts
    self.study = study
  }

  /// Adds a layer of a model.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - layer: The layer.
  ///   - vectors: One an action unit; nil if a feature is not finite.
  ///   - gradients: −∂loss/∂a of each sample.
  ///   - means: Channel means of each sample.
  mutating func add(
    _ model: String, _ layer: String, vectors: [ConceptVectors.Concept?]?, gradients: [Double],
    means: [Double]
  ) {
    guard let vectors, gradients.allSatisfy(\.isFinite), means.allSatisfy(\.isFinite) else {
      undefined.append("\(layer) of \(model)")
      return
    }
    var entries: [Entry] = []
    for (place, unit) in concepts.units.enumerated() {
      let vector = vectors[place]
      let own = vector.map { ConceptSensitivity.derivatives(gradients, along: $0.vector) }
      let random =
        vector?.random.map { ConceptSensitivity.derivatives(gradients, along: $0) } ?? []
      let cells: [Cell] = [
        .text(question.vector.rawValue),
        Cell(vector.flatMap { separation(means, along: $0.vector, place) }),
        Cell(vector?.penalty), Cell(random.count),
      ]
      for name in concepts.classes {
        entries.append(entry(model, layer, unit.au, name, own, random, vector: cells))
      }
    }
    let holm = (
      Holm.adjust(entries.map(\.p)), Holm.adjust(entries.map(\.sensitivityP)),
      Holm.adjust(entries.map(\.deltaP))
    )
    for (index, entry) in entries.enumerated() {
      rows.append(
        entry.about + entry.score + [Cell(entry.p), Cell(holm.0[index])]
          + [Cell(entry.sensitivity), Cell(entry.sensitivityP), Cell(holm.1[index])]
          + entry.delta + [Cell(entry.deltaP), Cell(holm.2[index])] + entry.vector)
    }
  }

  func answer(statements: [SQLStatement]) -> Answer {
    var notes = samples.notes
    if !undefined.isEmpty {
      notes.append(
        "left out, because activations or gradients are not finite: "
          + undefined.joined(separator: ", "))
    }
    let unlearnt = concepts.units.filter { unit in
      !unit.isPresent.contains(true) || !unit.isPresent.contains(false)
    }
    if !unlearnt.isEmpty {
      notes.append(
        "no vector, since the train split knows them present or absent alone: "
          + unlearnt.map { "AU\($0.au)" }.joined(separator: ", "))
    }
    notes.append(
      "p compares with \(question.random) sets of random labels and is at least "
        + NumberText.brief(1 / Double(question.random + 1)))
    return Answer(
      Table(columns: TCAVReport.columns, rows: rows), notes: notes, statements: statements)
  }

  private mutating func entry(
    _ model: String, _ layer: String, _ au: Int, _ name: String, _ own: [Double]?,
    _ random: [[Double]], vector: [Cell]
  ) -> Entry {
    let members = concepts.samples(of: name)
    let about: [Cell] = [
      .text(model), .text(layer), Cell(au), .text(name), .text(samples.scope.dataset),
      .text(samples.scope.split.rawValue), Cell(members.count),
      Cell(Set(members.map { samples.held[$0].subject }).count),
    ]
    var entry = Entry(about: about, vector: vector)
    guard let own, !members.isEmpty else { return entry }
    let rises = own.map { $0 > 0 }
    let share = { (values: [Double]) in
      Double(members.count { values[$0] > 0 }) / Double(members.count)
    }
    let mean = { (values: [Double]) in
      members.reduce(0) { $0 + values[$1] } / Double(members.count)
    }
    let scores = random.map(share).sorted()
    let interval = compare(rises, rises, members).beforeInterval
    entry.score = [
      .real(share(own)), Cell(interval?.low), Cell(interval?.high),
      Cell(scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)),
      Cell(quantile(scores, 0.025)), Cell(quantile(scores, 0.975)),
    ]
    entry.p = ConceptSensitivity.pValue(share(own), random: scores, centre: 0.5)
    entry.sensitivity = mean(own)
    entry.sensitivityP = ConceptSensitivity.pValue(mean(own), random: random.map(mean), centre: 0)
    let key = "\(layer)\u{0}\(au)\u{0}\(name)"
    if model == question.models.first {
      first[key] = rises
    } else if let before = first[key] {
      let change = compare(before, rises, members)
      entry.delta = [
        Cell(change.delta), Cell(change.interval?.low), Cell(change.interval?.high),
      ]
      entry.deltaP = change.pValue
    }
    return entry
  }

  /// Shares of a class's samples, before and after.
  private func compare(_ before: [Bool], _ after: [Bool], _ members: [Int]) -> PairedComparison {
    var parts = [PairedRatio.Part](
      repeating: PairedRatio.Part(), count: samples.subjects.held)
    for member in members {
      let subject = samples.held[member].subject
      parts[subject].denominatorBefore += 1
      parts[subject].denominatorAfter += 1
      if before[member] { parts[subject].numeratorBefore += 1 }
      if after[member] { parts[subject].numeratorAfter += 1 }
    }
    return study.compare([.ratio(PairedRatio(parts))])[0]
  }

  /// The area under the ROC curve of an action unit along a vector, over the samples tried.
  private func separation(_ means: [Double], along vector: [Double], _ place: Int) -> Double? {
    let truth = concepts.held[place]
    let known = truth.indices.filter { truth[$0] != nil }
    let scores = known.map { sample in
      vector.indices.reduce(0) { $0 + vector[$1] * means[sample * vector.count + $1] }
    }
    return RankedScores(
      scores: scores, isPositive: known.map { truth[$0] == true }, groups: known.map { _ in 0 }
    ).area
  }

  /// Of sorted values, the one at this share of them.
  private func quantile(_ sorted: [Double], _ share: Double) -> Double? {
    guard !sorted.isEmpty else { return nil }
    return sorted[Int((share * Double(sorted.count - 1)).rounded())]
  }
}
