import Compute

extension KerasGraph {
  /// The function of a layer that is nothing else; nil for the identity.
  func activation(of layer: KerasLayer) throws -> Compute.Operation? {
    let config = layer.config
    switch layer.className {
    case "ReLU":
      guard config.number("threshold") ?? 0 == 0 else { throw problem(layer, "it has a threshold") }
      let slope = config.number("negative_slope") ?? 0
      let most = config.number("max_value")
      switch (slope, most) {
      case (0, nil): return .relu
      case (0, let most?): return .clip(low: 0, high: most)
      case (_, nil): return .leakyRelu(slope: slope)
      default: throw problem(layer, "it has both a slope and a largest value")
      }
    case "LeakyReLU":
      return .leakyRelu(
        slope: config.number("negative_slope") ?? config.number("alpha") ?? 0.3)
    case "ELU":
      guard config.number("alpha") ?? 1 == 1 else { throw problem(layer, "its alpha is not 1") }
      return .activation(kind: .elu)
    case "Softmax":
      return .softmax
    default:
      return try activation(named: config.value("activation"), of: layer)
    }
  }

  /// Adds the function that is part of a layer; the layer's name goes to its last node.
  mutating func activateFused(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let operation = try activation(named: layer.config.value("activation"), of: layer)
    if operation == nil, let last = nodes.popLast() {
      nodes.append(
        Node(layer.name, last.operation, inputs: last.inputs, isLayer: true))
      var value = input
      value = Value(
        node: layer.name, shape: value.shape, flattened: value.flattened,
        isVector: value.isVector)
      return value
    }
    return try activate(layer.name, operation, input, layer)
  }

  /// Adds a function under a name.
  mutating func activate(
    _ name: String, _ operation: Compute.Operation?, _ input: Value, _ layer: KerasLayer
  ) throws -> Value {
    guard let operation else { return input }
    guard operation != .softmax || input.isVector else {
      throw problem(layer, "it takes a softmax over a map")
    }
    return try append(
      name, operation, [input], shape: input.shape, isLayer: operation != .softmax)
  }

  private func activation(
    named value: Any?, of layer: KerasLayer
  ) throws -> Compute.Operation? {
    guard let value else { return nil }
    let object = KerasConfig(value)
    // A function by its name, an object that holds its name, or an object of a class.
    let name =
      (value as? String) ?? object?.text("config") ?? object?.text("class_name") ?? ""
    switch name {
    case "linear": return nil
    case "relu": return .relu
    case "relu6": return .clip(low: 0, high: 6)
    case "leaky_relu": return .leakyRelu(slope: 0.2)
    case "sigmoid": return .sigmoid
    case "softmax": return .softmax
    // Keras 2 had max(0, min(1, 0.2 x + 0.5)).
    case "hard_sigmoid" where version >= 3: return .activation(kind: .hardSigmoid)
    case "hard_silu", "hard_swish": return .activation(kind: .hardSwish)
    case "silu", "swish": return .activation(kind: .swish)
    case "tanh", "elu", "selu", "gelu", "softplus", "mish":
      return Nonlinearity(rawValue: name).map { .activation(kind: $0) }
    default:
      throw problem(layer, "its activation '\(name.prefix(40))' is not known here")
    }
  }
}
