public import Compute
public import Warehouse

/// What linear probes still read from the layers of two variants.
public struct ProbeQuestion: Sendable, Equatable {
  /// What describes a sample.
  public enum Features: String, Sendable, CaseIterable {
    /// The mean of each channel.
    case means
    /// The mean and the maximum of each channel.
    case meanMax = "mean-max"
    /// Every position of every channel, where maps are stored.
    case maps
  }

  /// The model before.
  public var before: String
  /// The model after; it may answer another task.
  public var after: String
  /// The samples that probes are tried on; they learn from the train split of the same data set.
  public var selection = Selection()
  /// The layers; none: every layer that both have and that is stored.
  public var layers: [String] = []
  /// The action units, alone; none: every one that was coded, and every labelled task.
  public var actionUnits: [Int] = []
  /// What describes a sample.
  public var features = Features.means
  /// A model whose change is subtracted; nil for the retrained head alone, if there is one.
  public var control: String?
  /// The largest difference that does not matter, in AUC.
  public var margin = 0.05
  /// The seed of folds, permuted labels and resampling.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Swaps of subjects, where they cannot all be counted.
  public var permutations = 20_000

  /// A question about two models.
  public init(before: String, after: String) {
    self.before = before
    self.after = after
  }
}

/// What a layer does with a class or an action unit from one variant to the other.
public enum ProbeVerdict: String, Sendable, CaseIterable {
  /// The layer tells it as before.
  case kept
  /// The layer tells it as before, while the head errs more often.
  case hidden
  /// The layer tells it less well.
  case lost
  /// The layer tells it better.
  case gained
  /// The interval does not decide.
  case undecided
  /// The layer did not tell it before, and there was nothing to keep.
  case absent

  /// The verdict on an interval of after − before.
  ///
  /// - Parameters:
  ///   - interval: Of the probe's area; nil if it is not known.
  ///   - margin: The largest difference that does not matter.
  ///   - isTold: Whether the layer told it before, better than chance.
  ///   - head: The interval of the head's own share of right answers; wholly below 0 means that it
  ///     errs more often.
  public init(_ interval: Interval?, margin: Double, isTold: Bool, head: Interval?) {
    self =
      switch DifferenceVerdict(interval, margin: margin) {
      case .kept: !isTold ? .absent : head.map { $0.high < 0 } ?? false ? .hidden : .kept
      case .forgotten: .lost
      case .gained: .gained
      case .undecided: .undecided
      }
  }
}

extension ReadOnlySession {
  /// A row for each layer and each class or action unit: how well a linear probe tells it before and
  /// after, and what that says of forgetting.
  ///
  /// Probes are logistic regressions with an L2 penalty, fitted to the train split with a penalty
  /// found by cross-validation over its subjects, and tried on the chosen split. Layers whose prefix
  /// the models share are equal and fitted once.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown, nothing is labelled or coded, or a layer has too
  ///   many features; `WarehouseError` if rows are not stored, with the command that stores them.
  public func probes(_ question: ProbeQuestion, of store: Store) throws -> Answer {
    let cards = try models([question.before, question.after])
    let samples = try ProbeSamples(
      question.selection, task: ProbeSamples.rootTask(of: cards, in: self), models: cards, in: self)
    let targets = try ProbeTargets(samples, asked: question.actionUnits, seed: question.seed)
    let layers = try ProbeLayers(question, cards: cards, samples: samples, in: self)
    let reader = ProbeFeatures(
      store: store, dataset: try datasetID(samples.scope.dataset), samples: samples,
      features: question.features)
    let outcomes = try reader.outcomes(
      layers.all, battery: targets.battery(samples, seed: question.seed), checkInterrupted)
    let head = try ProbeHead(question, cards: cards, samples: samples, targets: targets, in: self)
    let comparison = ProbeComparison(
      question: question, samples: samples, targets: targets, head: head)
    var table = Table(columns: ProbeComparison.columns)
    for layer in layers.triples {
      try checkInterrupted()
      table.rows += comparison.rows(layer, control: layers.control, outcomes)
    }
    return Answer(
      table,
      notes: samples.notes + targets.notes + layers.notes(outcomes) + head.notes
        + ProbeComparison.notes(question, table),
      statements: samples.statements + layers.statements + head.statements)
  }
}
