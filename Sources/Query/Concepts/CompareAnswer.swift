internal import Compute
public import Warehouse

extension ReadOnlySession {
  /// A row for each action unit, layer and measure: what the layer encodes before and after, and
  /// what is known of the difference; or, as a contrast, whether action units of pain fared
  /// otherwise than those of emotion.
  ///
  /// Concepts that are not stored are fitted in memory. `lo`, `hi`, `p` speak of these two networks
  /// on these people: bootstrap over subjects, and a test that swaps whole subjects between the
  /// networks. `p_recipe` speaks of the recipe, from at least five repetitions of both models.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  ///   - progress: Told while concepts are fitted.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, a layer is not in both models, or they have no
  ///   action unit in common; `WarehouseError` if arrays cannot be read.
  public func conceptComparison(
    _ question: CompareQuestion, of store: Store, progress: ConceptProgress = { _, _, _ in }
  ) throws -> Answer {
    let models = try CompareModels(question, in: self)
    var request = ConceptRequest()
    request.models = models.names
    request.layers = models.layers.map(\.name)
    request.units = question.units
    request.dataset = question.selection.dataset
    request.split = question.selection.split
    request.settings = question.settings
    request.threads = question.threads
    let concepts = try self.concepts(request, of: store, progress: progress)
    let kept = try question.selection.filter.map { try samples(meeting: $0) }
    let answer = CompareAnswer(question, models, concepts.all.map(\.record), keeping: kept)
    guard answer.pairing.samples > 0 else {
      throw QueryError.nothingFound(
        "\(question.before) and \(question.after) have no concept of an action unit in common over "
          + answer.scope)
    }
    let found = try answer.table(checkInterrupted)
    // The first says what was looked at, without the filter.
    return Answer(
      found.table, notes: found.notes + concepts.notes.dropFirst(),
      statements: models.statements + concepts.statements)
  }

  /// The samples that meet a user's expression.
  private func samples(meeting expression: String) throws -> Set<Int64> {
    let filter = try SampleFilter(expression, in: self)
    let statement = SQLStatement(
      "SELECT sample_id FROM samples WHERE \(filter.condition(on: "sample_id"))")
    return Set(try table(statement).rows.compactMap { $0[0].int.map(Int64.init) })
  }
}

/// Compares concepts and lays the result out.
struct CompareAnswer {
  let question: CompareQuestion
  let models: CompareModels
  let pairing: ComparePairing
  let study: PairedStudy
  /// The data set and split of the concepts.
  let dataset: String
  let split: String

  init(
    _ question: CompareQuestion, _ models: CompareModels, _ records: [ConceptRecord],
    keeping kept: Set<Int64>?
  ) {
    self.question = question
    self.models = models
    pairing = ComparePairing(records, keeping: kept)
    dataset = records.first?.dataset ?? ""
    split = records.first?.split ?? ""
    study = PairedStudy(
      subjects: pairing.subjectCount,
      bootstrap: SubjectBootstrap(resamples: question.resamples, seed: question.seed),
      permutations: question.permutations)
  }

  var scope: String { "data set \(dataset), split \(split)" }

  /// The rows that are asked for, and what to say beside them.
  func table(_ check: () throws -> Void) throws -> (table: Table, notes: [String]) {
    var cells: [CompareCell] = []
    for layer in question.isContrast ? [] : models.layers {
      try check()
      cells += CompareLayer(layer: layer, pairing: pairing, study: study).cells(pairing.units)
    }
    let contrasts = try CompareContrasts(self, check)
    let table =
      question.isContrast
      ? Table(columns: CompareContrasts.columns, rows: contrasts.rows(self))
      : Table(columns: CompareAnswer.columns, rows: rows(cells))
    let notes =
      [subjectNote] + recipeNotes
      + (question.isContrast ? [] : CompareNotes.notes(cells, question)) + contrasts.notes(self)
    return (table, notes)
  }

  private var subjectNote: String {
    let (samples, subjects) = (pairing.samples, pairing.subjectCount)
    let count = "\(scope): \(samples) sample\(samples == 1 ? "" : "s")"
    if subjects == samples, samples > 1 { return "\(count), each its own subject" }
    return count + " of \(subjects) subject\(subjects == 1 ? "" : "s")"
      + (subjects == 1 ? ": no interval or test over subjects is possible" : "")
  }

  private var recipeNotes: [String] {
    let seeds = 1 + (models.layers.map(\.repetitions.count).max() ?? 0)
    let these = "lo, hi and p speak of these two networks"
    return seeds < SeedTest.fewest
      ? [
        these + ": of the recipe that made them nothing is known below \(SeedTest.fewest) "
          + "repetitions of both (there \(seeds == 1 ? "is 1" : "are \(seeds)"))"
      ] : [these + ", p_recipe of the recipe that made them"]
  }
}

extension CompareAnswer {
  static let columns = [
    "before", "after", "dataset", "split", "layer", "au", "group", "measure", "n", "n_present",
    "subjects", "value_before", "value_after", "delta", "lo", "hi", "p", "p_holm", "detectable",
    "verdict", "concept_verdict", "found_before", "region_before", "delta_region",
    "delta_best_filter", "control", "delta_control", "delta_minus_control", "minus_control_lo",
    "minus_control_hi", "seeds", "delta_recipe", "recipe_lo", "recipe_hi", "p_recipe",
    "p_recipe_holm",
  ]

  /// A row for each cell of a measure that is shown, p values corrected over these rows.
  ///
  /// What both models share is not tested, and does not count among the tests.
  func rows(_ cells: [CompareCell]) -> [[Cell]] {
    let verdicts = CompareAnswer.verdicts(cells, question)
    let shown = cells.filter { question.shownMeasures.contains($0.measure) }
    let adjusted = CompareAnswer.adjusted(shown)
    let recipes = shown.map(\.recipe)
    let adjustedRecipes = Holm.adjust(
      shown.indices.map { shown[$0].isEqual ? nil : recipes[$0]?.pValue })
    return shown.indices.map { index in
      let (cell, recipe) = (shown[index], recipes[index])
      let verdict = verdicts[Place(cell)]
      return head(cell)
        + [
          Cell(adjusted[index] ?? (cell.isEqual ? cell.comparison.pValue : nil)),
          Cell(cell.comparison.detectable()),
          Cell(verdict?.measures[cell.measure]?.rawValue), Cell(verdict?.concept.rawValue),
          Cell(verdict?.found?.rawValue), Cell(cell.region.before),
          Cell(CompareAnswer.difference(cell.region)),
          Cell(CompareAnswer.difference(cell.bestFilter)), Cell(models.control),
          Cell(cell.controlDelta), Cell(cell.minusControl?.delta),
          Cell(cell.minusControl?.interval?.low), Cell(cell.minusControl?.interval?.high),
          Cell(cell.repetitions.count), Cell(recipe?.mean), Cell(recipe?.interval.low),
          Cell(recipe?.interval.high), Cell(recipe?.pValue),
          Cell(adjustedRecipes[index] ?? (cell.isEqual ? recipe?.pValue : nil)),
        ]
    }
  }

  private func head(_ cell: CompareCell) -> [Cell] {
    let comparison = cell.comparison
    return [
      .text(question.before), .text(question.after), .text(dataset), .text(split),
      .text(cell.layer), Cell(cell.au), .text(CompareGroup(cell.au).rawValue),
      .text(cell.measure.rawValue), Cell(cell.n), Cell(cell.present), Cell(cell.subjects),
      Cell(comparison.before), Cell(comparison.after), Cell(comparison.delta),
      Cell(comparison.interval?.low), Cell(comparison.interval?.high), Cell(comparison.pValue),
    ]
  }

  /// An action unit in a layer.
  struct Place: Hashable {
    let layer: String
    let au: Int

    init(_ cell: CompareCell) { (layer, au) = (cell.layer, cell.au) }
  }

  /// The p values corrected over all cells that were tested.
  static func adjusted(_ cells: [CompareCell]) -> [Double?] {
    Holm.adjust(cells.map { $0.isEqual ? nil : $0.comparison.pValue })
  }

  static func verdicts(_ cells: [CompareCell], _ question: CompareQuestion) -> [Place:
    CompareVerdict]
  {
    Dictionary(grouping: cells, by: Place.init).mapValues { CompareVerdict($0, question) }
  }

  private static func difference(_ values: (before: Double?, after: Double?)) -> Double? {
    guard let before = values.before, let after = values.after else { return nil }
    return after - before
  }
}
