import Compute
public import Foundation
public import Warehouse

/// Brings a network of another framework into the warehouse.
public struct NetworkImport: Sendable {
  /// What it is called.
  public var name: String
  /// What it predicts.
  public var task: String
  /// The architecture of weights that come without a graph; nil: told from names and shapes.
  public var architecture: String?
  /// The model that it comes from.
  public var parent: String?
  /// The classes in the order of the outputs; nil: those of the file or of the task.
  public var classes: [String]?
  /// Pixels a side of the input, where the file leaves it open.
  public var inputSize: Int?
  /// What is known of the preprocessing.
  public var preprocessing: PreprocessingRequest
  /// How convolutions are computed; nil: as the parent's, `fast` without one.
  public var numerics: ChosenNumerics?
  /// Whether it takes the place of a model of that name.
  public var isReplacing: Bool

  /// A network with its parts.
  public init(
    name: String, task: String, architecture: String? = nil, parent: String? = nil,
    classes: [String]? = nil, inputSize: Int? = nil,
    preprocessing: PreprocessingRequest = PreprocessingRequest(), numerics: ChosenNumerics? = nil,
    isReplacing: Bool = false
  ) {
    self.name = name
    self.task = task
    self.architecture = architecture
    self.parent = parent
    self.classes = classes
    self.inputSize = inputSize
    self.preprocessing = preprocessing
    self.numerics = numerics
    self.isReplacing = isReplacing
  }

  /// Reads, checks and stores a network.
  ///
  /// - Parameters:
  ///   - file: As another framework wrote it; its contents tell the format.
  ///   - store: The warehouse, open for writing.
  /// - Returns: What was recognised.
  /// - Throws: `IngestError` or a reader's error if the file cannot be used, `WarehouseError` if
  ///   the parent is unknown or another model bears the name; then nothing has changed.
  public func add(_ file: URL, to store: Store) throws -> ModelSummary {
    // An unknown parent is told before a large file is read.
    _ = try parent.map { try store.model(named: $0) }
    return try add(
      ReadNetwork(file, architecture: architecture, inputSize: inputSize), to: store)
  }

  /// Checks and stores a network that has been read.
  func add(_ read: ReadNetwork, to store: Store) throws -> ModelSummary {
    let parent = try parent.map { try store.model(named: $0) }
    let graph = read.network.graph
    try check(graph, read.network.parameters)
    let resolved = try ClassNames.resolve(
      given: classes, inFile: read.network.classes, task: task, outputs: graph.outputs, in: store)
    let (preprocessing, assumptions) = try preprocessing.preprocessing(
      size: graph.input.height, channels: graph.input.channels, assuming: read.assumedPreset)

    var description = NetworkDescription(
      name: name, task: task, parent: parent?.record.name, graph: graph,
      classes: resolved.classes, preprocessing: preprocessing,
      numerics: numerics?.numerics ?? parent.flatMap { Numerics(rawValue: $0.record.numerics) }
        ?? .fast)
    let shared = try parent.map {
      try SharedLayers(graph, read.network.parameters, preprocessing, with: $0, in: store)
    }
    description.trainableFrom = shared?.firstChanged
    try store.save(
      description, parameters: read.network.parameters, replacing: isReplacing)

    var summary = ModelSummary(name: name)
    summary.format = read.format
    summary.input = graph.input.description
    summary.layers = graph.layers.map(\.name)
    summary.parameters = read.network.parameters.count
    summary.classes = resolved.classes
    summary.preprocessing = preprocessing.words
    summary.shared = shared?.prefix
    summary.notes =
      read.network.notes + resolved.notes + assumptions + (shared.map(\.notes) ?? [])
    return summary
  }

  private func check(_ graph: Graph, _ parameters: Parameters) throws {
    guard graph.input.height == graph.input.width else {
      throw IngestError(
        "the network takes inputs of \(graph.input.width)×\(graph.input.height) pixels",
        advice: "Lethe feeds square pictures only; bring its activations instead: lethe model add"
          + " NAME --layers-from FILE")
    }
    guard let head = graph.layers.last, head.shape.pixels == 1, head.shape.channels >= 2 else {
      throw IngestError(
        "the network does not end in the logits of at least two classes",
        advice: "export it with its classifier")
    }
    try graph.check(parameters)
    for name in parameters.names {
      guard parameters[name]?.values.allSatisfy(\.isFinite) ?? true else {
        throw IngestError(
          "the weights `\(name)` hold numbers that are not finite",
          advice: "its training diverged or the file is damaged: export it again")
      }
    }
  }
}

extension Graph {
  /// How many classes the network tells apart.
  var outputs: Int { layers.last?.shape.count ?? 0 }
}
