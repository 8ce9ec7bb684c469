internal import Compute
internal import SQLite

extension ReadOnlySession {
  /// Counts the labelled predictions of a model, and ranks the probabilities of the positive class
  /// if the model has two classes and `ranks` asks for it.
  func predictionCounts(
    of model: ModelCard, over scope: SampleScope, ranks: Bool, positive: String?
  ) throws -> (counts: PredictionCounts, statements: [SQLStatement]) {
    var counts = PredictionCounts(classes: model.classes)
    let statement = SQLStatement(
      """
      SELECT subject, label, predicted, count(*) AS n
      FROM predictions
      WHERE model = :model AND label IS NOT NULL\(scope.conditions())
      GROUP BY subject, label, predicted ORDER BY subject, label, predicted
      """, [.init("model", .text(model.name))] + scope.parameters)
    var places = Places(counts.classes)
    try forEachRow(of: statement) { row in
      let subject = row[0].string ?? ""
      if counts.subjects.last != subject { counts.subjects.append(subject) }
      counts.counts.append(
        .init(
          subject: Int32(clamping: counts.subjects.count - 1),
          label: Int32(clamping: places.of(row[1].string ?? "")),
          predicted: Int32(clamping: places.of(row[2].string ?? "")),
          count: Int32(clamping: row[3].int ?? 0)))
      return true
    }
    counts.classes = places.names
    guard ranks, model.classes.count == 2, !counts.counts.isEmpty else {
      return (counts, [statement])
    }
    let probabilities = try rank(&counts, of: model, over: scope, positive: positive)
    return (counts, [statement, probabilities])
  }

  private func rank(
    _ counts: inout PredictionCounts, of model: ModelCard, over scope: SampleScope,
    positive: String?
  ) throws -> SQLStatement {
    let positive = try positiveClass(positive, of: model)
    let statement = SQLStatement(
      """
      SELECT p.subject, p.label, q.p
      FROM predictions p
      JOIN probabilities q ON q.model = p.model AND q.sample_id = p.sample_id
      WHERE p.model = :model AND p.label IS NOT NULL
        AND q.class = :positive\(scope.conditions("p."))
      """,
      [.init("model", .text(model.name)), .init("positive", .text(positive))] + scope.parameters)
    var places = Places(counts.subjects)
    var (scores, truth, groups): ([Double], [Bool], [Int]) = ([], [], [])
    try forEachRow(of: statement) { row in
      guard let label = row[1].string, model.classes.contains(label), let p = row[2].double else {
        return true
      }
      scores.append(p)
      truth.append(label == positive)
      groups.append(places.of(row[0].string ?? ""))
      return true
    }
    counts.ranked = RankedScores(scores: scores, isPositive: truth, groups: groups)
    counts.positive = positive
    counts.rankedCount = scores.count
    return statement
  }

  /// The class that is asked for, else the one named like the task, else the second one.
  private func positiveClass(_ asked: String?, of model: ModelCard) throws -> String {
    guard let asked else {
      return model.classes.contains(model.task) ? model.task : model.classes[1]
    }
    guard model.classes.contains(asked) else {
      throw QueryError.usage(
        "\(model.name) has no class \(asked): it has " + model.classes.joined(separator: ", "))
    }
    return asked
  }
}

/// Names and their places, in the order in which they came.
private struct Places {
  private(set) var names: [String]
  private var places: [String: Int] = [:]

  init(_ names: [String]) {
    self.names = names
    for (place, name) in names.enumerated() { places[name] = place }
  }

  mutating func of(_ name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = names.count
    names.append(name)
    return names.count - 1
  }
}
