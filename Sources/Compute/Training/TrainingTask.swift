/// A network, what it is trained on, and how.
public struct TrainingTask: Sendable {
  /// The network.
  public var graph: Graph
  /// Where it starts from: all parameters of the graph.
  public var parameters: Parameters
  /// The layer whose stored activations the sets load; nil if they load inputs of the network.
  public var startingAfter: String?
  /// The first layer that moves; everything before it is frozen.
  public var trainableFrom: String
  /// How to train.
  public var options: TrainingOptions
  /// What to learn from.
  public var train: TrainingSet
  /// What to choose the epoch by, if anything.
  public var validation: TrainingSet?
  /// How convolutions are computed.
  public var numerics: Numerics
  /// Threads to use; the result does not depend on it.
  public var threads: Int

  /// A task.
  public init(
    graph: Graph, parameters: Parameters, startingAfter: String? = nil, trainableFrom: String,
    options: TrainingOptions, train: TrainingSet, validation: TrainingSet? = nil,
    numerics: Numerics = .fast, threads: Int = 1
  ) {
    self.graph = graph
    self.parameters = parameters
    self.startingAfter = startingAfter
    self.trainableFrom = trainableFrom
    self.options = options
    self.train = train
    self.validation = validation
    self.numerics = numerics
    self.threads = threads
  }
}

/// What came of one epoch.
public struct EpochRecord: Codable, Sendable, Hashable {
  /// The epoch, from 1.
  public let epoch: Int
  /// The learning rate of its last step.
  public let learningRate: Double
  /// The mean loss over its steps, while the parameters moved.
  public let trainingLoss: Double
  /// The share of samples predicted right over its steps.
  public let trainingAccuracy: Double
  /// The mean loss over the validation set, after the epoch.
  public let validationLoss: Double?
  /// The share of the validation set predicted right, after the epoch.
  public let validationAccuracy: Double?

  /// A record.
  public init(
    epoch: Int, learningRate: Double, trainingLoss: Double, trainingAccuracy: Double,
    validationLoss: Double?, validationAccuracy: Double?
  ) {
    self.epoch = epoch
    self.learningRate = learningRate
    self.trainingLoss = trainingLoss
    self.trainingAccuracy = trainingAccuracy
    self.validationLoss = validationLoss
    self.validationAccuracy = validationAccuracy
  }

  /// Whether this epoch is to be preferred to an earlier one.
  func isBetter(than other: EpochRecord, by selection: TrainingOptions.Selection) -> Bool {
    let (loss, otherLoss) = (validationLoss ?? .infinity, other.validationLoss ?? .infinity)
    switch selection {
    case .last: return true
    case .lowestLoss: return loss < otherLoss
    case .highestAccuracy:
      let (accuracy, otherAccuracy) = (validationAccuracy ?? 0, other.validationAccuracy ?? 0)
      return accuracy > otherAccuracy || (accuracy == otherAccuracy && loss < otherLoss)
    }
  }
}

/// How far an epoch has come.
public struct TrainingProgress: Sendable, Hashable {
  /// The epoch under way, from 1.
  public let epoch: Int
  /// Epochs of the whole run, unless it stops early.
  public let epochs: Int
  /// Samples of this epoch done so far.
  public let samples: Int
  /// Samples of one epoch.
  public let samplesPerEpoch: Int
  /// The mean loss of the epoch so far.
  public let loss: Double
}
