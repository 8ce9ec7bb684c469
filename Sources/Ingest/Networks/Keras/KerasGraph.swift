import Compute
import Foundation
import HDF5

/// Builds the graph of a Keras model, and brings its weights into Lethe's layout.
struct KerasGraph {
  /// A value of the model as the graph has it.
  struct Value {
    /// The node that gives it.
    let node: String
    let shape: Shape
    /// What was flattened into it, where Keras' order of the numbers is another than Lethe's.
    var flattened: Shape?
    /// Whether Keras sees a vector, and not a map of one pixel.
    var isVector = false
  }

  let config: KerasModelConfig
  let weights: any KerasWeights
  /// 1, 2 or 3: some defaults have changed.
  let version: Int
  /// Pixels a side of the input, where the configuration leaves it open.
  private let inputSize: Int?
  var nodes: [Node] = []
  var parameters = Parameters()
  var notes: [String] = []
  var dilated = DilatedKernels()
  /// Whether pictures are [height, width, channels], as is Keras' default.
  private(set) var isChannelsLast = true
  private var values: [KerasValue: Value] = [:]

  /// A builder.
  init(_ config: KerasModelConfig, weights: any KerasWeights, version: Int, inputSize: Int?) {
    self.config = config
    self.weights = weights
    self.version = version
    self.inputSize = inputSize
  }

  /// Builds the network.
  ///
  /// - Throws: `KerasProblem` that names the layer which cannot be run, `NetworkError` if the graph
  ///   is impossible, `HDF5Error` if weights cannot be read.
  mutating func network() throws -> ImportedNetwork {
    isChannelsLast = !config.layers.contains {
      $0.config.text("data_format") == "channels_first"
    }
    let input = try inputShape()
    let needed = self.needed()
    for layer in config.layers where needed.contains(KerasValue(layer: layer.key, call: layer.call))
    {
      let inputs = try layer.inputs.map { source -> Value in
        if config.isInput(source) { return Value(node: Graph.inputName, shape: input) }
        guard let value = values[source] else {
          throw problem(layer, "it reads a value that nothing gives")
        }
        return value
      }
      guard let first = inputs.first else { throw problem(layer, "it reads nothing") }
      values[KerasValue(layer: layer.key, call: layer.call)] =
        try add(layer, inputs: inputs, first: first)
    }
    cutSoftmax()
    guard !nodes.isEmpty else { throw KerasProblem(reason: "it has no layer that computes") }
    let names = KerasNames(nodes)
    let graph = try Graph(input: input, nodes: names.nodes)
    let renamed = Parameters(
      parameters.names.compactMap { name in
        parameters[name].map { (names.parameter(name), $0) }
      })
    try graph.check(renamed)
    return ImportedNetwork(
      graph: graph, parameters: renamed, classes: nil, notes: notes)
  }

  func problem(_ layer: KerasLayer, _ reason: String) -> KerasProblem {
    KerasProblem(reason: "the layer \(layer.name) (\(layer.className.prefix(40))): \(reason)")
  }

  private mutating func inputShape() throws -> Shape {
    let sides = isChannelsLast ? config.inputShape : [1, 2, 0].map { config.inputShape[$0] }
    guard let channels = sides[2] else {
      throw KerasProblem(reason: "its configuration does not fix the channels of its input")
    }
    let largest = 1 << 14
    guard sides.allSatisfy({ (1...largest).contains($0 ?? 1) }) else {
      throw KerasProblem(
        reason: "its input of \(sides.map { $0 ?? 0 }) is not between 1 and \(largest)")
    }
    // A side that is fixed is most likely that of a square.
    let assumed = inputSize ?? sides[0] ?? sides[1] ?? 224
    if inputSize == nil, sides[0] == nil || sides[1] == nil {
      notes.append(
        "the file does not fix the size of the input: \(assumed) pixels are assumed, else say"
          + " --input-size")
    }
    return Shape(channels: channels, height: sides[0] ?? assumed, width: sides[1] ?? assumed)
  }

  /// The values that the output is computed from.
  private func needed() -> Set<KerasValue> {
    var needed: Set<KerasValue> = [config.output]
    for layer in config.layers.reversed()
    where needed.contains(KerasValue(layer: layer.key, call: layer.call)) {
      needed.formUnion(layer.inputs)
    }
    return needed
  }

  private mutating func cutSoftmax() {
    guard let last = nodes.last, last.operation == .softmax else { return }
    nodes.removeLast()
    notes.append("the closing softmax is left out: the network gives logits")
    // The layer's own name goes to what gives its logits.
    guard let previous = nodes.popLast() else { return }
    let isPart = previous.name == "\(last.name).dense" || previous.name == "\(last.name).conv"
    nodes.append(
      Node(
        isPart ? last.name : previous.name, previous.operation, inputs: previous.inputs,
        isLayer: true))
  }

  // MARK: Parts of layers

  /// Adds a node and gives its value.
  mutating func append(
    _ name: String, _ operation: Compute.Operation, _ inputs: [Value], shape: Shape,
    isLayer: Bool = false
  ) throws -> Value {
    guard nodes.count < 8_192, shape.channels > 0, shape.height > 0, shape.width > 0,
      shape.channels <= 1 << 24, shape.height <= 1 << 16, shape.width <= 1 << 16
    else { throw KerasProblem(reason: "the layer \(name) would give the shape \(shape)") }
    nodes.append(Node(name, operation, inputs: inputs.map(\.node), isLayer: isLayer))
    var value = inputs[0]
    value = Value(
      node: name, shape: shape, flattened: value.shape == shape ? value.flattened : nil,
      isVector: value.isVector)
    return value
  }

  /// A weight of a layer in the file's layout.
  ///
  /// - Throws: `KerasProblem` if it is missing or has another shape.
  func weight(
    _ role: String, _ index: Int, of layer: KerasLayer, shape: [Int]
  ) throws -> [Float] {
    guard layer.call == 0 else {
      throw problem(layer, "it is used more than once, which layers with weights cannot be here")
    }
    guard let dataset = try weights.dataset(role, index, of: layer) else {
      throw problem(layer, "the file holds no weights '\(role)' for it")
    }
    guard dataset.shape == shape else {
      throw problem(layer, "its \(role) has the shape \(dataset.shape), not \(shape)")
    }
    return try dataset.floats()
  }
}

extension KerasLayer {
  /// What names the layer among values.
  var key: String { path + ownName }
}
