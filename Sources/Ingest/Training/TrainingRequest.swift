import Compute
import Foundation
import Hashing
import Warehouse

/// One training run: what is trained, from where, on what and how.
public struct TrainingRequest: Sendable {
  /// The name that the trained model gets.
  public var name: String
  /// The task whose labels it learns.
  public var task: String
  /// The data set that it learns from.
  public var dataset: String
  /// The model whose weights it starts from; nil: a fresh network of `architecture`.
  public var parent: String?
  /// The rung of the ladder, where it is one.
  public var rung: String?
  /// The first layer that moves; nil: the first of the network.
  public var trainableFrom: String?
  /// The fresh network, where there is no parent.
  public var architecture: VGGArchitecture
  /// How it is trained.
  public var recipe: TrainingRecipe
  /// Seeds initial weights, order, augmentation and dropout.
  public var seed: UInt64
  /// How convolutions are computed; nil: as the parent's, `fast` without one.
  public var numerics: ChosenNumerics?
  /// Threads that compute.
  public var threads: Int

  /// A request of its parts.
  public init(
    name: String, task: String, dataset: String, parent: String? = nil, rung: String? = nil,
    trainableFrom: String? = nil, architecture: VGGArchitecture = VGGArchitecture(),
    recipe: TrainingRecipe, seed: UInt64, numerics: ChosenNumerics? = nil, threads: Int
  ) {
    self.name = name
    self.task = task
    self.dataset = dataset
    self.parent = parent
    self.rung = rung
    self.trainableFrom = trainableFrom
    self.architecture = architecture
    self.recipe = recipe
    self.seed = seed
    self.numerics = numerics
    self.threads = threads
  }
}

/// A VGG16 that is made afresh.
public struct VGGArchitecture: Codable, Sendable, Hashable {
  /// Pixels a side of the input.
  public var inputSize: Int
  /// Multiplies the channels of every convolution.
  public var width: Double
  /// Outputs of `fc6` and `fc7`.
  public var denseWidth: Int
  /// Whether each convolution is followed by batch normalisation.
  public var batchNorm: Bool
  /// Dropout before `fc7` and `logits`.
  public var dropout: Double

  /// A narrow network for small pictures.
  ///
  /// Batch norm lets it learn from a thousand of them in
  /// twenty epochs; dropout hinders more than it helps at a quarter of the width.
  public init(
    inputSize: Int = 64, width: Double = 0.25, denseWidth: Int = 256, batchNorm: Bool = true,
    dropout: Double = 0
  ) {
    self.inputSize = inputSize
    self.width = width
    self.denseWidth = denseWidth
    self.batchNorm = batchNorm
    self.dropout = dropout
  }
}

/// How a network is trained: AdamW with a one-cycle schedule, the weights of the best validation
/// loss kept.
public struct TrainingRecipe: Codable, Sendable, Hashable {
  /// Passes over the training samples.
  public var epochs: Int
  /// Samples a step.
  public var batchSize: Int
  /// The highest learning rate of the cycle.
  public var learningRate: Double
  /// Decoupled weight decay.
  public var weightDecay: Double
  /// Epochs without a better validation loss after which training stops; nil: never.
  public var patience: Int?
  /// Whether samples are flipped, shifted and brightened; never for heads over stored features.
  public var augments: Bool
  /// Whether classes weigh in inversely to their number of samples.
  public var balances: Bool

  /// A recipe of its parts.
  public init(
    epochs: Int, batchSize: Int = 16, learningRate: Double, weightDecay: Double = 0.01,
    patience: Int? = nil, augments: Bool = true, balances: Bool = true
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.patience = patience
    self.augments = augments
    self.balances = balances
  }

  /// The options of the trainer.
  ///
  /// - Parameters:
  ///   - labels: Of the training samples.
  ///   - classes: How many there are.
  ///   - inputSize: Pixels a side; shifts are 1/20 of it.
  ///   - hasValidation: Whether the best epoch can be chosen.
  ///   - seed: The run's seed.
  /// - Returns: The options of Compute's trainer.
  func options(
    labels: [Int], classes: Int, inputSize: Int, hasValidation: Bool, seed: UInt64
  ) -> TrainingOptions {
    var weights: [Float]?
    if balances {
      let counts = (0..<classes).map { label in labels.count { $0 == label } }
      let present = counts.count { $0 > 0 }
      weights = counts.map { count in
        count == 0 ? 0 : Float(Double(labels.count) / Double(present * count))
      }
    }
    return TrainingOptions(
      epochs: epochs, batchSize: batchSize, optimizer: .adamW, learningRate: learningRate,
      weightDecay: weightDecay,
      schedule: .oneCycle(rise: 0.3, initialDivisor: 25, finalDivisor: 10_000),
      classWeights: weights,
      augmentation: augments
        ? Augmentation(flips: true, shift: inputSize / 20, fill: .edge, brightness: 0.1) : nil,
      selection: hasValidation ? .lowestLoss : .last,
      patience: hasValidation ? patience : nil, seed: seed)
  }
}
