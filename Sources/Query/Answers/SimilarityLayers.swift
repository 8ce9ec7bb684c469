internal import SQLite

/// The pairs of layers that a question about similarity compares.
struct SimilarityLayers {
  /// A layer of a model.
  struct Layer: Equatable {
    let name: String
    /// The key of what is stored of it.
    let prefix: String
    let channels: Int
    /// Positions of one channel.
    let positions: Int

    /// How many numbers describe a sample.
    func count(_ features: SimilarityQuestion.Features) -> Int {
      features == .means ? channels : channels * positions
    }
  }

  /// A layer before and one after.
  struct Pair: Equatable {
    let before: Layer
    let after: Layer

    var name: String {
      before.name == after.name ? before.name : "\(before.name) × \(after.name)"
    }
  }

  /// The pairs, in the order of the layers before.
  let pairs: [Pair]
  /// What was left out, a sentence each.
  let notes: [String]

  /// The layers of both models.
  static func statement(_ question: SimilarityQuestion) -> SQLStatement {
    SQLStatement(
      """
      SELECT model, layer, channels, height, width, prefix FROM layers
      WHERE model IN (:before, :after)
      ORDER BY model, ordinal
      """,
      [.init("before", .text(question.before)), .init("after", .text(question.after))])
  }

  /// Finds the layers.
  ///
  /// Those that are named must be in both models. Of maps, where no layer is named, only layers
  /// with stored maps take part.
  init(_ question: SimilarityQuestion, scope: SampleScope, in session: ReadOnlySession) throws {
    var before: [Layer] = []
    var after: [Layer] = []
    try session.forEachRow(of: SimilarityLayers.statement(question)) { row in
      guard let model = row[0].string, let name = row[1].string, let prefix = row[5].string,
        let channels = row[2].int, let height = row[3].int, let width = row[4].int
      else { return true }
      let (positions, isTooMany) = height.multipliedReportingOverflow(by: width)
      // What no array can hold is refused below, as any layer with too many features.
      let layer = Layer(
        name: name, prefix: prefix, channels: min(max(1, channels), 1 << 30),
        positions: isTooMany ? 1 << 30 : min(max(1, positions), 1 << 30))
      if model == question.before { before.append(layer) }
      if model == question.after { after.append(layer) }
      return true
    }
    for (model, layers) in [(question.before, before), (question.after, after)] {
      try SimilarityLayers.check(question.layers, model, layers.map(\.name))
    }
    if !question.layers.isEmpty {
      before = before.filter { question.layers.contains($0.name) }
      after = after.filter { question.layers.contains($0.name) }
    }
    var notes: [String] = []
    if question.features == .maps, question.layers.isEmpty {
      let stored = try SimilarityLayers.withMaps(scope.dataset, in: session)
      let all = Set((before + after).map(\.name))
      before = before.filter { stored.contains($0.prefix) }
      after = after.filter { stored.contains($0.prefix) }
      let left = all.subtracting((before + after).map(\.name)).count
      if left > 0 { notes.append("\(left) layers are left out: no maps of them are stored") }
    }
    pairs = before.flatMap { one in
      after.filter { question.isMatrix || $0.name == one.name }.map {
        Pair(before: one, after: $0)
      }
    }
    self.notes = notes
    guard pairs.isEmpty else { return }
    throw QueryError.nothingFound(SimilarityLayers.nothing(question, scope))
  }

  private static func check(_ wanted: [String], _ model: String, _ names: [String]) throws {
    for layer in wanted where !names.contains(layer) {
      throw Unknown.layer(layer, of: model, among: names)
    }
  }

  /// The keys of which maps over a data set are stored.
  private static func withMaps(_ dataset: String, in session: ReadOnlySession) throws -> Set<
    String
  > {
    Set(
      try session.names(
        """
        SELECT DISTINCT a.key FROM stored_array a JOIN dataset d ON d.id = a.dataset
        WHERE a.tier = 'maps' AND d.name = :dataset
        """, .init("dataset", .text(dataset))))
  }

  private static func nothing(_ question: SimilarityQuestion, _ scope: SampleScope) -> String {
    guard question.features == .maps else {
      return "\(question.before) and \(question.after) have no layer of the same name: "
        + "--matrix compares every layer with every other"
    }
    return "no layer of both \(question.before) and \(question.after) has maps stored over the "
      + "data set \(scope.dataset): run lethe ingest --model \(question.before),\(question.after) "
      + "--dataset \(scope.dataset) --layer L,… --keep pooled,maps:f16"
  }
}
