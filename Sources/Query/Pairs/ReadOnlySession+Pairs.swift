internal import Compute
public import Warehouse

extension ReadOnlySession {
  /// How networks react to single action units, by minimal pairs.
  ///
  /// By logit, a row for each model, action unit and class: the mean of logit(with) − logit(without)
  /// over the pairs, the same of the probability, and the share of pairs whose prediction changes.
  /// By layer, a row for each model, layer and action unit: the mean of ‖a_with − a_without‖ /
  /// ‖a_without‖ over channel means a, beside the same between pictures of different pairs. With two
  /// models each row holds both and their difference, after − before, pair by pair. Intervals are of
  /// the bootstrap over subjects, p values of sign flips over subjects.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, there are no pairs or nothing is stored of any
  ///   model; `WarehouseError` if rows of a model are not stored, with the command that stores them.
  public func pairs(_ question: PairsQuestion, of store: Store) throws -> Answer {
    let named = try models(question.models)
    let scope = try pairScope(question.selection, models: named)
    let cards = try pairModels(question.models, dataset: scope.dataset)
    var found = try MinimalPairs(scope, in: self)
    try found.choose(question.units)
    let reader = PairReader(store: store, dataset: try datasetID(scope.dataset), found: found)
    let measure = PairMeasure(question: question, reader: reader, units: found.units)
    let layers = PairLayers.statement(cards.map(\.name))
    let table: Table
    switch (question.place, cards.count == 2) {
    case (.logit, false): table = try logits(cards, measure, scope)
    case (.logit, true): table = try logitDifferences(cards, measure, scope)
    case (.layer, false): table = try layerChanges(cards, measure, scope)
    case (.layer, true): table = try layerDifferences(cards, measure, scope)
    }
    var notes = [
      "\(scope.name): \(found.pairs.count) pairs of \(reader.subjectCount) subjects"
        + (reader.subjectCount == 1 ? ": no interval or test over subjects is possible" : "")
    ]
    if found.left > 0 {
      notes.append(
        "\(found.left) sequences are left out: they are not two pictures that differ in one action "
          + "unit")
    }
    return Answer(table, notes: notes, statements: found.statements + [layers])
  }
}

/// What the tables about pairs are made with.
struct PairMeasure {
  let question: PairsQuestion
  let reader: PairReader
  /// The action units of the pairs, ascending.
  let units: [Int]

  var bootstrap: SubjectBootstrap {
    SubjectBootstrap(resamples: question.resamples, seed: question.seed)
  }

  /// The sums of measures by subject; `width` measures for each action unit.
  ///
  /// - Parameters:
  ///   - width: How many measures a pair has.
  ///   - value: A measure of a pair, by the pair's number.
  /// - Returns: Sums of `width` measures for the first action unit, then for the second, ….
  func sums(width: Int, _ value: (_ pair: Int, _ measure: Int) -> Double?) -> SubjectSums {
    var sums = SubjectSums(subjects: reader.subjectCount, measures: units.count * width)
    let places = Dictionary(uniqueKeysWithValues: zip(units, units.indices))
    for (number, pair) in reader.pairs.enumerated() {
      guard let unit = places[pair.unit] else { continue }
      for measure in 0..<width {
        sums.add(value(number, measure), to: unit * width + measure, of: reader.subjects[number])
      }
    }
    return sums
  }
}

/// Two ends of an interval as cells.
func cells(_ interval: Interval?) -> [Cell] { [Cell(interval?.low), Cell(interval?.high)] }
