import Compute
import Foundation
import Warehouse

/// A network and what belongs to it, as it goes into a warehouse.
struct NetworkDescription {
  var name: String
  var task: String
  var parent: String?
  var rung: String?
  var trainableFrom: String?
  var seed: Int?
  var graph: Graph
  var classes: [String]
  var preprocessing: Preprocessing
  var numerics: Numerics = .fast
  /// JSON: how it was trained.
  var training: String?
}

extension Store {
  /// Stores a network with the keys of its layers.
  @discardableResult
  func save(
    _ network: NetworkDescription, parameters: Parameters, replacing isReplacing: Bool = false
  ) throws -> Int64 {
    let keys = try PrefixKeys.keys(
      graph: network.graph, parameters: parameters, preprocessing: network.preprocessing,
      numerics: network.numerics)
    let layers = network.graph.layers.map { layer in
      LayerRecord(
        name: layer.name, kind: layer.kind,
        shape: MapShape(
          channels: layer.shape.channels, height: layer.shape.height, width: layer.shape.width),
        prefix: keys[layer.name] ?? "")
    }
    let graph = String(decoding: try JSONEncoder.sorted.encode(network.graph), as: UTF8.self)
    let tensors = parameters.names.compactMap { name in
      parameters[name].map { StoredTensor(name: name, shape: $0.shape, values: $0.values) }
    }
    return try saveModel(
      ModelRecord(
        name: network.name, task: network.task, parent: network.parent, rung: network.rung,
        trainableFrom: network.trainableFrom, seed: network.seed, graph: graph,
        classes: network.classes, preprocessing: try network.preprocessing.json(),
        inputKey: network.preprocessing.geometry.key, training: network.training,
        numerics: network.numerics.rawValue, kernel: network.numerics.kernelPath, layers: layers),
      tensors: tensors, replacing: isReplacing)
  }
}
