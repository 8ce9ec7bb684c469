/// How a network is trained.
public struct TrainingOptions: Codable, Sendable, Hashable {
  /// Which weights a run ends with.
  public enum Selection: String, Codable, Sendable {
    /// Those of the last epoch.
    case last
    /// Those of the epoch with the lowest validation loss.
    case lowestLoss
    /// Those of the epoch with the highest validation accuracy; the lower loss decides ties.
    case highestAccuracy
  }

  /// Passes over the training set.
  public var epochs: Int
  /// Samples of a step; the last step of an epoch takes what is left.
  public var batchSize: Int
  /// How parameters move.
  public var optimizer: OptimizerMethod
  /// The learning rate, at its highest.
  public var learningRate: Double
  /// Weight decay; see `OptimizerMethod` for what it does.
  public var weightDecay: Double
  /// How the learning rate moves.
  public var schedule: LearningRateSchedule
  /// A weight a class in the loss, nil for equal weights.
  public var classWeights: [Float]?
  /// Random changes of the training inputs, nil for none.
  public var augmentation: Augmentation?
  /// Which weights the run ends with.
  public var selection: Selection
  /// Stops after this many epochs without a better one by `selection`, nil for never.
  public var patience: Int?
  /// The seed of order, dropout and augmentation.
  public var seed: UInt64

  /// Options; those not given are AdamW at a constant rate, last weights, no augmentation.
  public init(
    epochs: Int, batchSize: Int = 32, optimizer: OptimizerMethod = .adamW,
    learningRate: Double = 1e-3, weightDecay: Double = 0.01,
    schedule: LearningRateSchedule = .constant, classWeights: [Float]? = nil,
    augmentation: Augmentation? = nil, selection: Selection = .last, patience: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.schedule = schedule
    self.classWeights = classWeights
    self.augmentation = augmentation
    self.selection = selection
    self.patience = patience
    self.seed = seed
  }
}
