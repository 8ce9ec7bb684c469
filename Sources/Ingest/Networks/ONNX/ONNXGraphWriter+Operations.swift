import Compute

extension ONNXGraphWriter {
  /// Writes the ONNX nodes of one node.
  mutating func write(_ node: Node, _ parameters: Parameters) {
    let name = node.name
    switch node.operation {
    case .convolution(_, let kernel, let stride, let padding, let groups):
      let window = windowAttributes(kernel, stride, Padding(padding))
      add(
        "Conv", [asMap(node.inputs[0])] + weights(of: node, ["weight", "bias"], parameters),
        output: name, window + [("group", .integer(groups))])
    case .maxPool(let kernel, let stride, let padding):
      add(
        "MaxPool", [asMap(node.inputs[0])], output: name,
        windowAttributes(kernel, stride, Padding(padding)))
    case .averagePool(let kernel, let stride, let padding):
      let window = windowAttributes(kernel, stride, Padding(padding))
      add(
        "AveragePool", [asMap(node.inputs[0])], output: name,
        window + [("count_include_pad", .integer(1))])
    case .averagePoolExcludingPadding(let kernel, let stride, let padding):
      add(
        "AveragePool", [asMap(node.inputs[0])], output: name,
        windowAttributes(kernel, stride, padding))
    case .globalAveragePool: add("GlobalAveragePool", [asMap(node.inputs[0])], output: name)
    case .flatten:
      add("Flatten", [asMap(node.inputs[0])], output: name, [("axis", .integer(1))])
      markVector(name)
    case .dense:
      add(
        "Gemm", [asVector(node.inputs[0])] + weights(of: node, ["weight", "bias"], parameters),
        output: name, [("transB", .integer(1))])
      markVector(name)
    case .pad(let padding, let value):
      let pads = constant(
        "\(name).pads",
        integers: [0, 0, padding.top, padding.left, 0, 0, padding.bottom, padding.right])
      let fill: Float = value == .zeros ? 0 : -.greatestFiniteMagnitude
      let number = constant("\(name).value", dims: [], floats: [fill])
      add("Pad", [asMap(node.inputs[0]), pads, number], output: name)
    case .add: join("Add", node)
    case .multiply: join("Mul", node)
    case .concat: join("Concat", node, [("axis", .integer(1))])
    default: writeUnary(node, parameters)
    }
  }

  /// Operations that take a map as well as a vector, and give the same.
  private mutating func writeUnary(_ node: Node, _ parameters: Parameters) {
    let (name, input) = (node.name, node.inputs[0])
    switch node.operation {
    case .relu: add("Relu", [input], output: name)
    case .sigmoid: add("Sigmoid", [input], output: name)
    case .softmax: add("Softmax", [input], output: name, [("axis", .integer(1))])
    case .leakyRelu(let slope):
      add("LeakyRelu", [input], output: name, [("alpha", .float(Float(slope)))])
    case .clip(let low, let high):
      let bounds = [(low, "low"), (high, "high")].map { bound, suffix in
        bound.map { constant("\(name).\(suffix)", dims: [], floats: [Float($0)]) } ?? ""
      }
      add("Clip", [input] + (high == nil ? [bounds[0]] : bounds), output: name)
    case .dropout(let probability):
      let ratio = constant("\(name).ratio", dims: [], floats: [Float(probability)])
      add("Dropout", [input, ratio], output: name)
    case .batchNorm(let epsilon):
      let suffixes = ["weight", "bias", "running_mean", "running_var"]
      add(
        "BatchNormalization", [input] + weights(of: node, suffixes, parameters), output: name,
        [("epsilon", .float(Float(epsilon)))])
    case .scale: writeScale(node, parameters)
    case .activation(let kind): writeActivation(kind, node)
    default: break
    }
    if isVector(input) { markVector(name) }
  }

  private mutating func writeActivation(_ kind: Nonlinearity, _ node: Node) {
    let (name, input) = (node.name, node.inputs[0])
    switch kind {
    case .elu: add("Elu", [input], output: name)
    case .selu: add("Selu", [input], output: name)
    case .softplus: add("Softplus", [input], output: name)
    case .tanh: add("Tanh", [input], output: name)
    case .gelu: add("Gelu", [input], output: name)
    case .geluTanh:
      add("Gelu", [input], output: name, [("approximate", .text("tanh"))])
    case .hardSigmoid: addHardSigmoid(of: input, output: name)
    case .hardSwish:
      addHardSigmoid(of: input, output: "\(name)/gate")
      add("Mul", [input, "\(name)/gate"], output: name)
    case .swish:
      add("Sigmoid", [input], output: "\(name)/gate")
      add("Mul", [input, "\(name)/gate"], output: name)
    case .mish:
      add("Softplus", [input], output: "\(name)/softplus")
      add("Tanh", ["\(name)/softplus"], output: "\(name)/gate")
      add("Mul", [input, "\(name)/gate"], output: name)
    }
  }

  private mutating func addHardSigmoid(of input: String, output: String) {
    add("HardSigmoid", [input], output: output, [("alpha", .float(1 / 6)), ("beta", .float(0.5))])
  }

  /// weight · x + bias; numbers a channel stand along the second axis.
  private mutating func writeScale(_ node: Node, _ parameters: Parameters) {
    let input = node.inputs[0]
    let learnt = ["weight", "bias"].compactMap { suffix in
      parameters["\(node.parameterPrefix).\(suffix)"].map { (suffix, $0) }
    }
    var last = input
    for (place, (suffix, tensor)) in learnt.enumerated() {
      let dims = isVector(input) ? tensor.shape : tensor.shape + [1, 1]
      let numbers = constant(
        "\(node.parameterPrefix).\(suffix)", dims: dims, floats: tensor.values)
      let output = place == learnt.count - 1 ? node.name : "\(node.name)/product"
      add(suffix == "weight" ? "Mul" : "Add", [last, numbers], output: output)
      last = output
    }
  }

  /// An operation of several inputs, which must have the same axes.
  private mutating func join(
    _ kind: String, _ node: Node, _ attributes: [(name: String, value: Attribute)] = []
  ) {
    let areVectors = node.inputs.allSatisfy { isVector($0) }
    let inputs = areVectors ? node.inputs : node.inputs.map { asMap($0) }
    add(kind, inputs, output: node.name, attributes)
    if areVectors { markVector(node.name) }
  }

  /// Names of the learnt tensors; a bias that is missing stays so, but for batch norm.
  private mutating func weights(
    of node: Node, _ suffixes: [String], _ parameters: Parameters
  ) -> [String] {
    suffixes.compactMap { suffix in
      let name = "\(node.parameterPrefix).\(suffix)"
      if let tensor = parameters[name] {
        return constant(name, dims: tensor.shape, floats: tensor.values)
      }
      guard case .batchNorm = node.operation, let shape = graph.shape(of: node.inputs[0]) else {
        return nil
      }
      return constant(
        name, dims: [shape.channels], floats: Array(repeating: 0, count: shape.channels))
    }
  }

  private func windowAttributes(
    _ kernel: Extent, _ stride: Extent, _ padding: Padding
  ) -> [(name: String, value: Attribute)] {
    [
      ("kernel_shape", .integers([kernel.height, kernel.width])),
      ("strides", .integers([stride.height, stride.width])),
      ("pads", .integers([padding.top, padding.left, padding.bottom, padding.right])),
    ]
  }
}
