internal import Compute

/// The action units and classes that a question is about.
struct TCAVConcepts {
  /// Of the samples that vectors come from: whether each action unit is there.
  let units: [(au: Int, isPresent: [Bool?])]
  /// Of the samples whose gradients are taken: whether each action unit is there.
  let held: [[Bool?]]
  let classes: [String]
  /// The label of each sample whose gradient is taken; nil where it has none.
  private let labels: [String?]

  init(_ question: TCAVQuestion, card: ModelCard, samples: ProbeSamples) throws {
    let asked = try samples.actionUnits(named: question.actionUnits)
    guard !asked.isEmpty else {
      throw QueryError.nothingFound(
        "no action unit was coded in the data set \(samples.scope.dataset)")
    }
    for name in question.classes where !card.classes.contains(name) {
      let near = NearNames.question(name, among: card.classes)
      throw QueryError.usage(
        "\(card.name) has no class \(name)"
          + (near.isEmpty ? ": it has " + card.classes.joined(separator: ", ") : near))
    }
    let task = samples.tasks.first { $0.name == card.task }
    labels = samples.held.map { task?.labels[$0.id] }
    guard labels.contains(where: { $0 != nil }) else {
      throw QueryError.nothingFound(
        "the samples have no labels of the task \(card.task) over \(samples.scope.name)")
    }
    classes = question.classes.isEmpty ? card.classes : question.classes
    units = asked.map { au in
      (au, samples.train.map { samples.actionUnits[au]?[$0.id] })
    }
    held = asked.map { au in samples.held.map { samples.actionUnits[au]?[$0.id] } }
  }

  /// The place of each sample's label among a model's classes; nil where it has none.
  func truth(of card: ModelCard) -> [Int?] {
    labels.map { $0.flatMap { card.classes.firstIndex(of: $0) } }
  }

  /// The samples of a class.
  func samples(of name: String) -> [Int] { labels.indices.filter { labels[$0] == name } }

  /// The vectors of the action units in a layer; nil if a feature is not finite.
  func vectors(
    _ question: TCAVQuestion, _ means: [Double], _ samples: ProbeSamples
  ) -> [ConceptVectors.Concept?]? {
    ConceptVectors(
      method: question.vector == .fast ? .fast : .logistic, random: question.random,
      seed: question.seed
    ).find(
      units.map { (UInt64(truncatingIfNeeded: $0.au), $0.isPresent) }, in: means,
      features: means.count / samples.train.count,
      folds: SubjectFolds.assign(samples.train.map(\.subject), seed: question.seed))
  }
}
