import Compute
public import Foundation
import Hashing
public import Warehouse

/// A model that Lethe cannot run, made from what another program computed of its layers.
public struct ActivationModel: Sendable {
  /// What it is called.
  public var name: String
  /// What it predicts.
  public var task: String
  /// The model that it comes from.
  public var parent: String?
  /// The classes in the order of the logits; nil: those of the task.
  public var classes: [String]?
  /// Pixels a side of its input.
  public var inputSize: Int
  /// How its pictures became inputs; decides where masks and landmarks lie.
  public var preprocessing: PreprocessingRequest
  /// The name of the layer with the outputs before the softmax.
  public var logits: String
  /// Whether it takes the place of a model of that name.
  public var isReplacing: Bool

  /// A model with its parts.
  public init(
    name: String, task: String, parent: String? = nil, classes: [String]? = nil, inputSize: Int,
    preprocessing: PreprocessingRequest = PreprocessingRequest(), logits: String = "logits",
    isReplacing: Bool = false
  ) {
    self.name = name
    self.task = task
    self.parent = parent
    self.classes = classes
    self.inputSize = inputSize
    self.preprocessing = preprocessing
    self.logits = logits
    self.isReplacing = isReplacing
  }

  /// Stores the model with the layers that a file of activations has.
  ///
  /// Its layers' keys are those of this file's content: another file makes another model.
  ///
  /// - Parameters:
  ///   - file: HDF5 or safetensors, an array a layer.
  ///   - store: The warehouse, open for writing.
  /// - Returns: What was recognised.
  /// - Throws: `IngestError` if the file cannot be used, `WarehouseError` if the parent is unknown,
  ///   or another model bears the name.
  public func add(layersFrom file: URL, to store: Store) throws -> ModelSummary {
    if let parent { _ = try store.model(named: parent) }
    let activations = try ActivationFile(file, logits: logits)
    guard let head = activations.layers.last else { return ModelSummary(name: name) }
    let resolved = try ClassNames.resolve(
      given: classes, inFile: nil, task: task, outputs: head.shape.channels, in: store)
    let (preprocessing, _) = try preprocessing.preprocessing(
      size: inputSize, channels: 3, assuming: .unit)
    let digest = try SHA256.hex(ofFile: file).digest
    let layers = activations.layers.map { layer in
      LayerRecord(
        name: layer.name,
        kind: layer.shape.pixels > 1 ? Variant.Layer.maps : Variant.Layer.vector,
        shape: MapShape(
          channels: layer.shape.channels, height: layer.shape.height, width: layer.shape.width),
        prefix: SHA256.hex(
          of: Array("lethe-activations-1 \(digest) \(layer.shape) \(layer.name)".utf8)))
    }
    try store.saveModel(
      ModelRecord(
        name: name, task: task, parent: parent, graph: ModelRecord.noGraph,
        classes: resolved.classes,
        preprocessing: try preprocessing.json(), inputKey: preprocessing.geometry.key,
        layers: layers), tensors: [], replacing: isReplacing)
    var summary = ModelSummary(name: name)
    summary.format = "activations of another program"
    summary.layers = layers.map(\.name)
    summary.classes = resolved.classes
    summary.preprocessing = preprocessing.words
    summary.notes = resolved.notes
    return summary
  }
}
