internal import Compute

/// The layers that are probed, before, after and of the control.
struct ProbeLayers {
  typealias Layer = SimilarityLayers.Layer

  /// A layer by the keys of what is stored of it in each model.
  struct Triple {
    let name: String
    let before: String
    let after: String
    let control: String?
  }

  let triples: [Triple]
  /// The control, if there is one.
  let control: String?
  /// Every layer to be fitted, each key once, in the order of the network.
  let all: [Layer]
  let statements: [SQLStatement]
  private let ownNotes: [String]

  init(
    _ question: ProbeQuestion, cards: [ModelCard], samples: ProbeSamples,
    in session: ReadOnlySession
  ) throws {
    let asked = ProbeLayers.similarity(question, after: question.after)
    let found = try SimilarityLayers(asked, scope: samples.scope, in: session)
    statements = [SimilarityLayers.statement(asked)]
    var notes = found.notes
    var pairs = found.pairs
    if question.layers.isEmpty, question.features != .maps {
      let stored = try ProbeLayers.pooled(samples.scope.dataset, in: session)
      let before = pairs.count
      pairs = pairs.filter {
        stored.contains($0.before.prefix) && stored.contains($0.after.prefix)
      }
      guard !pairs.isEmpty else {
        throw QueryError.nothingFound(
          "no layer of both \(question.before) and \(question.after) is stored over the data set "
            + "\(samples.scope.dataset): run lethe ingest --model \(question.before),"
            + "\(question.after) --dataset \(samples.scope.dataset)")
      }
      if pairs.count < before {
        notes.append("\(before - pairs.count) layers are left out: nothing of them is stored")
      }
    }
    let control = try ProbeLayers.control(question, cards, in: session)
    var controls: [String: Layer] = [:]
    if let control {
      let layers = try? SimilarityLayers(
        ProbeLayers.similarity(question, after: control), scope: samples.scope, in: session)
      for pair in layers?.pairs ?? [] { controls[pair.after.name] = pair.after }
      let stored = try ProbeLayers.pooled(samples.scope.dataset, in: session)
      controls = controls.filter { question.features == .maps || stored.contains($0.value.prefix) }
    }
    triples = pairs.map {
      Triple(
        name: $0.before.name, before: $0.before.prefix, after: $0.after.prefix,
        control: controls[$0.before.name]?.prefix)
    }
    self.control = control
    var seen = Set<String>()
    all = pairs.flatMap { [$0.before, $0.after, controls[$0.before.name]].compactMap { $0 } }
      .filter { seen.insert($0.prefix).inserted }
    ownNotes = notes
  }

  /// What a reader should know of the layers.
  func notes(_ outcomes: [String: ProbeBattery.Outcome]) -> [String] {
    let undefined = triples.filter { outcomes[$0.before] == nil || outcomes[$0.after] == nil }
    guard !undefined.isEmpty else { return ownNotes }
    return ownNotes + [
      "undefined, because features are not finite: "
        + undefined.map(\.name).joined(separator: ", ")
    ]
  }

  private static func similarity(_ question: ProbeQuestion, after: String) -> SimilarityQuestion {
    var similarity = SimilarityQuestion(before: question.before, after: after)
    similarity.layers = question.layers
    similarity.features = question.features == .maps ? .maps : .means
    return similarity
  }

  /// The keys of what is stored pooled over a data set.
  private static func pooled(_ dataset: String, in session: ReadOnlySession) throws -> Set<String> {
    Set(
      try session.names(
        """
        SELECT DISTINCT a.key FROM stored_array a JOIN dataset d ON d.id = a.dataset
        WHERE a.tier = 'pooled' AND d.name = :dataset
        """, .init("dataset", .text(dataset))))
  }

  private static func control(
    _ question: ProbeQuestion, _ cards: [ModelCard], in session: ReadOnlySession
  ) throws -> String? {
    guard let asked = question.control else {
      return try session.headControl(of: cards[0], cards[1])
    }
    return try session.models([asked])[0].name
  }
}
