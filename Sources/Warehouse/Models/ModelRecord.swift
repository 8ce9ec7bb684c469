/// A network as the warehouse keeps it, without its weights.
public struct ModelRecord: Sendable, Equatable {
  /// The graph of a model that cannot be run: its activations were brought in.
  public static let noGraph = "{}"
  /// What stands for the numerics of activations that were brought in.
  public static let unstated = "unstated"

  /// The name that commands use.
  public var name: String
  /// What it predicts, for example emotion.
  public var task: String
  /// The name of the model that its training started from.
  public var parent: String?
  /// Its rung of the ladder, for example pain-b5.
  public var rung: String?
  /// The first layer that training moved.
  public var trainableFrom: String?
  /// The seed of its training.
  public var seed: Int?
  /// The graph, JSON.
  public var graph: String
  /// The labels in the order of the logits.
  public var classes: [String]
  /// The preprocessing, JSON.
  public var preprocessing: String
  /// The digest of the preprocessing's geometry.
  public var inputKey: String
  /// How it was trained, JSON.
  public var training: String?
  /// How its convolutions are computed: `fast` or `strict`.
  public var numerics: String
  /// The kernels that its stored activations come from, for example `winograd6`.
  public var kernel: String
  /// Its named layers, in topological order.
  public var layers: [LayerRecord]

  /// A record with its parts.
  public init(
    name: String, task: String, parent: String? = nil, rung: String? = nil,
    trainableFrom: String? = nil, seed: Int? = nil, graph: String, classes: [String],
    preprocessing: String, inputKey: String, training: String? = nil,
    numerics: String = ModelRecord.unstated, kernel: String = ModelRecord.unstated,
    layers: [LayerRecord]
  ) {
    self.name = name
    self.task = task
    self.parent = parent
    self.rung = rung
    self.trainableFrom = trainableFrom
    self.seed = seed
    self.graph = graph
    self.classes = classes
    self.preprocessing = preprocessing
    self.inputKey = inputKey
    self.training = training
    self.numerics = numerics
    self.kernel = kernel
    self.layers = layers
  }
}

/// A named layer of a network.
public struct LayerRecord: Sendable, Equatable {
  /// Its name, for example `conv1_1`.
  public var name: String
  /// Its kind, for example `conv`.
  public var kind: String
  /// The extents of its output.
  public var shape: MapShape
  /// The digest that its stored arrays are kept under.
  public var prefix: String

  /// A layer with its parts.
  public init(name: String, kind: String, shape: MapShape, prefix: String) {
    self.name = name
    self.kind = kind
    self.shape = shape
    self.prefix = prefix
  }
}

/// A model that is in the warehouse.
public struct StoredModel: Sendable, Equatable {
  /// Its row id.
  public let id: Int64
  /// The digest of its weights file.
  public let sha256: String
  /// The weights file, relative to the warehouse.
  public let file: String
  /// What it is.
  public let record: ModelRecord
}

/// A named array of weights.
public struct StoredTensor: Sendable, Equatable {
  /// The name, for example `conv1_1.weight`.
  public var name: String
  /// The extent of each dimension, outermost first; empty for a scalar.
  public var shape: [Int]
  /// The elements, the last dimension running fastest.
  public var values: [Float]

  /// A tensor with its parts.
  public init(name: String, shape: [Int], values: [Float]) {
    self.name = name
    self.shape = shape
    self.values = values
  }
}
