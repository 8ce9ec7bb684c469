import Compute

/// Turns a network into Keras layers that hold pictures channels last.
struct KerasExport {
  /// A value of the graph as Keras sees it.
  struct Value {
    let layer: String
    let shape: Shape
    /// Whether Keras sees a vector, and not a map.
    var isVector = false
    /// What was flattened into it, whose numbers Keras has in another order.
    var flattened: Shape?
  }

  static let inputName = "picture"

  let graph: Graph
  let parameters: Parameters
  /// 2 for names that both Keras 2 and 3 know, 3 for those of Keras 3.
  let version: Int
  private(set) var layers: [KerasExportLayer] = []
  /// What every layer gives.
  private(set) var shapes: [String: Value] = [:]
  private var values: [String: Value] = [:]
  private var names: Set<String> = [inputName]

  /// The layers of a network.
  ///
  /// - Throws: `IngestError` that names a node which Keras has no layer for.
  init(_ graph: Graph, _ parameters: Parameters, version: Int) throws {
    self.graph = graph
    self.parameters = parameters
    self.version = version
    values[Graph.inputName] = Value(layer: Self.inputName, shape: graph.input)
    shapes[Self.inputName] = Value(layer: Self.inputName, shape: graph.input)
    for (index, node) in graph.nodes.enumerated() {
      let inputs = node.inputs.compactMap { values[$0] }
      guard inputs.count == node.inputs.count, !inputs.isEmpty else {
        throw kerasExportProblem(node, "it reads a value that is not written")
      }
      values[node.name] = try write(node, inputs, output: graph.shapes[index])
    }
    if let output = graph.nodes.last, let value = values[output.name], !value.isVector,
      value.shape.pixels == 1
    {
      values[output.name] = vector(value, for: output.name)
    }
    orderAsKeras()
  }

  /// Brings the layers into Keras' own order, by which it finds the weights of a file: those farthest
  /// from the output first, and among equals those that a walk from the output meets first.
  private mutating func orderAsKeras() {
    let inputs = Dictionary(uniqueKeysWithValues: layers.map { ($0.name, $0.inputs) })
    var depths = [output: 0]
    for layer in layers.reversed() {
      guard let depth = depths[layer.name] else { continue }
      for input in layer.inputs { depths[input] = max(depths[input] ?? 0, depth + 1) }
    }
    var ranks: [String: Int] = [:]
    var stack = [output]
    while let name = stack.popLast() {
      guard ranks[name] == nil else { continue }
      ranks[name] = ranks.count
      stack += (inputs[name] ?? []).reversed()
    }
    // What the output does not depend on has no depth, and is no part of the model.
    layers = layers.filter { depths[$0.name] != nil }.sorted { first, second in
      let (near, far) = (depths[first.name] ?? 0, depths[second.name] ?? 0)
      return near != far ? near > far : (ranks[first.name] ?? 0) < (ranks[second.name] ?? 0)
    }
  }

  /// The layer that gives the output.
  var output: String {
    graph.nodes.last.flatMap { values[$0.name]?.layer } ?? Self.inputName
  }

  private mutating func write(_ node: Node, _ inputs: [Value], output: Shape) throws -> Value {
    let first = inputs[0]
    switch node.operation {
    case .convolution, .scale: return try convolution(node, first, output: output)
    case .dense(let outputs): return try dense(node, first, outputs: outputs)
    case .batchNorm(let epsilon): return try batchNorm(node, first, epsilon: epsilon)
    case .maxPool, .averagePool, .averagePoolExcludingPadding:
      return try pool(node, first, output: output)
    case .globalAveragePool:
      return add(
        node.name, "GlobalAveragePooling2D", ["keepdims": true, "data_format": "channels_last"],
        [map(first, for: node.name)], output)
    case .pad(let padding, let value):
      guard value == .zeros else { return try lowestBorder(node, first) }
      return border(node.name, map(first, for: node.name), padding, output)
    case .flatten:
      var value = add(
        node.name, "Flatten", ["data_format": "channels_last"], [map(first, for: node.name)],
        output)
      value.flattened = first.shape.pixels > 1 ? first.shape : nil
      return value
    case .add, .concat, .multiply: return try join(node, inputs, output: output)
    default:
      let (className, config) = try Self.function(node, version: version)
      return add(node.name, className, config, [first], output)
    }
  }

  /// Adds a layer whose value is of the same kind as its first input.
  mutating func add(
    _ name: String, _ className: String, _ config: [String: any Sendable], _ inputs: [Value],
    _ output: Shape, weights: [KerasExportLayer.Weight] = []
  ) -> Value {
    let free = freeName(name)
    layers.append(
      KerasExportLayer(
        name: free, className: className, config: config, inputs: inputs.map(\.layer),
        weights: weights))
    let isVector = className == "Flatten" || (className != "Reshape" && inputs[0].isVector)
    let value = Value(
      layer: free, shape: output, isVector: isVector, flattened: inputs[0].flattened)
    shapes[free] = value
    return value
  }

  /// The value as a vector; the graph makes no difference between a vector and a map of one pixel.
  mutating func vector(_ value: Value, for name: String) -> Value {
    guard !value.isVector else { return value }
    return add("\(name)_vector", "Flatten", ["data_format": "channels_last"], [value], value.shape)
  }

  /// The value as a map of height, width and channels.
  mutating func map(_ value: Value, for name: String) -> Value {
    guard value.isVector else { return value }
    return add(
      "\(name)_map", "Reshape", ["target_shape": [1, 1, value.shape.channels]], [value],
      value.shape)
  }

  mutating func border(
    _ name: String, _ input: Value, _ padding: Padding, _ output: Shape
  ) -> Value {
    add(
      name, "ZeroPadding2D",
      [
        "padding": [[padding.top, padding.bottom], [padding.left, padding.right]],
        "data_format": "channels_last",
      ], [input], output)
  }

  private mutating func join(_ node: Node, _ inputs: [Value], output: Shape) throws -> Value {
    let allVectors = inputs.allSatisfy(\.isVector)
    let joined =
      allVectors ? inputs : inputs.map { map($0, for: node.name) }
    guard joined.allSatisfy({ $0.flattened == joined[0].flattened }),
      node.operation != .concat || joined[0].flattened == nil
    else { throw kerasExportProblem(node, "it joins flattened maps") }
    switch node.operation {
    case .add: return add(node.name, "Add", [:], joined, output)
    case .multiply: return add(node.name, "Multiply", [:], joined, output)
    default: return add(node.name, "Concatenate", ["axis": -1], joined, output)
    }
  }

  /// A name that Keras takes and no other layer has.
  private mutating func freeName(_ name: String) -> String {
    let plain = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    var free = plain
    var number = 2
    while !names.insert(free).inserted {
      free = "\(plain)_\(number)"
      number += 1
    }
    return free
  }

  /// The layer of a function of each number by itself, or of what only matters in training.
  private static func function(
    _ node: Node, version: Int
  ) throws -> (String, [String: any Sendable]) {
    switch node.operation {
    case .relu: return ("Activation", ["activation": "relu"])
    case .sigmoid: return ("Activation", ["activation": "sigmoid"])
    case .softmax: return ("Softmax", ["axis": -1])
    case .dropout(let probability): return ("Dropout", ["rate": probability])
    case .leakyRelu(let slope):
      return ("LeakyReLU", [version == 2 ? "alpha" : "negative_slope": slope])
    case .clip(low: 0, let high?):
      return ("ReLU", ["max_value": high, "negative_slope": 0.0, "threshold": 0.0])
    case .activation(let kind):
      switch kind {
      case .elu, .selu, .tanh, .softplus, .gelu, .mish, .swish:
        return ("Activation", ["activation": kind.rawValue])
      case .hardSigmoid, .hardSwish, .geluTanh: break
      }
    default: break
    }
    throw kerasExportProblem(node, "Keras has no layer for it")
  }
}
