internal import Compute
public import Warehouse

/// Whether action units push networks towards their classes (TCAV).
public struct TCAVQuestion: Sendable, Equatable {
  /// How the vector of an action unit is found.
  public enum Vector: String, Sendable, CaseIterable {
    /// The normal of a logistic regression.
    case logistic
    /// The difference of the class means (FastCAV).
    case fast
  }

  /// The models, which answer one task; those after the first are also compared with it.
  public var models: [String]
  /// The layers.
  public var layers: [String]
  /// The action units; none: every one that was coded.
  public var actionUnits: [Int] = []
  /// The classes; none: every one of the first model.
  public var classes: [String] = []
  /// How the vectors of action units are found.
  public var vector = Vector.logistic
  /// How many sets of random labels every vector is tested against.
  public var random = 100
  /// The samples whose gradients are taken; vectors come from the train split of the same data set.
  public var selection = Selection()
  /// The seed of folds, random labels and resampling.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Swaps of subjects, where they cannot all be counted.
  public var permutations = 20_000

  /// The fewest sets of random labels that a test takes.
  public static let fewestRandom = 20

  /// A question about models and layers.
  public init(models: [String], layers: [String]) {
    self.models = models
    self.layers = layers
  }
}

extension ReadOnlySession {
  /// A row for each model, layer, action unit and class: the share of the class's samples whose loss
  /// would fall if the layer showed more of the action unit.
  ///
  /// The vector of an action unit points from where it is absent to where it is present, in channel
  /// means over the train split. The gradient of the cross-entropy with the sample's own class is
  /// taken by running the stored network on stored inputs, and summed over positions, as the mean of
  /// a channel asks for. `p` compares with vectors of labels in random order.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, the tasks differ or nothing is labelled or coded;
  ///   `WarehouseError` if inputs are not stored; `NetworkError` if no class follows from a layer.
  public func tcav(_ question: TCAVQuestion, of store: Store) throws -> Answer {
    guard question.random >= TCAVQuestion.fewestRandom else {
      throw QueryError.usage(
        "\(question.random) sets of random labels are too few to test against: take at least "
          + "\(TCAVQuestion.fewestRandom)")
    }
    let cards: [ModelCard] = try models(question.models)
    guard let first = cards.first, !question.models.isEmpty, !question.layers.isEmpty else {
      throw QueryError.usage("name the models and the layers to look at")
    }
    for card in cards { _ = try pair(first.name, card.name) }
    let samples = try ProbeSamples(
      question.selection, task: first.task, models: cards, in: self)
    let concepts = try TCAVConcepts(question, card: first, samples: samples)
    let study = PairedStudy(
      subjects: samples.subjects.held,
      bootstrap: SubjectBootstrap(resamples: question.resamples, seed: question.seed),
      permutations: question.permutations)
    var report = TCAVReport(question, samples: samples, concepts: concepts, study: study)
    for card in cards {
      let run = try TCAVRun(
        StoredNetwork(store.model(named: card.name), in: store), layers: question.layers,
        samples: samples, dataset: datasetID(samples.scope.dataset), store: store)
      let gradients = try run.gradients(concepts.truth(of: card), checkInterrupted)
      for layer in question.layers {
        try checkInterrupted()
        let train = try run.means(layer, samples.train, in: self)
        let held = try run.means(layer, samples.held, in: self)
        report.add(
          card.name, layer, vectors: concepts.vectors(question, train, samples),
          gradients: gradients[layer] ?? [], means: held)
      }
    }
    return report.answer(statements: samples.statements)
  }
}
