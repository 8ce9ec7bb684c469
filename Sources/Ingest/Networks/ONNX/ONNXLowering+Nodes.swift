import Compute

extension ONNXLowering {
  /// Lowers one node: computes it if all it reads is constant, else adds its steps.
  mutating func lower(_ node: ONNXNode) throws {
    let operation = try node.supportedOperator()
    guard let output = node.outputs.first, !output.isEmpty else {
      throw node.problem("has no output")
    }
    for name in node.inputs where !name.isEmpty {
      let isKnown =
        features[name] != nil || constants[name] != nil || model.initialisers[name] != nil
      guard isKnown else {
        throw node.problem(
          "reads '\(name.prefix(120))', which nothing before it gives: the graph has a cycle, is"
            + " out of order, or lacks a constant")
      }
    }
    let read = node.inputs.compactMap { features[$0] }
    if read.isEmpty {
      constants[output] = try folded(node, operation)
    } else if operation == .shape {
      constants[output] = ONNXConstant(list: try shapeValues(node))
    } else {
      guard read.allSatisfy({ $0.closing == nil }) || operation == .identity else {
        throw node.problem("follows a LogSoftmax, which is supported as the last node only")
      }
      features[output] = try feature(of: node, operation)
    }
  }

  private mutating func feature(
    of node: ONNXNode, _ operation: ONNXOperator
  ) throws -> ONNXFeature {
    switch operation {
    case .conv: try convolution(node)
    case .gemm, .matMul: try dense(node)
    case .batchNormalization: try batchNorm(node)
    case .maxPool, .averagePool: try pool(node, isMax: operation == .maxPool)
    case .globalAveragePool, .globalMaxPool:
      try globalPool(node, isMax: operation == .globalMaxPool)
    case .reduceMean: try mean(node)
    case .add, .sub, .mul, .div: try arithmetic(node, operation)
    case .concat: try concat(node)
    case .pad: try pad(node)
    case .dropout: try dropout(node)
    case .softmax, .logSoftmax: try softmax(node, isLog: operation == .logSoftmax)
    case .reshape, .flatten, .squeeze, .unsqueeze: try reshape(node, operation)
    case .transpose: try transpose(node)
    case .identity: try feature(node, 0)
    case .cast: try cast(node)
    case .clip, .relu, .leakyRelu, .sigmoid, .hardSigmoid, .hardSwish, .elu, .selu, .gelu, .mish,
      .softplus, .tanh:
      try activation(node, operation)
    case .constant, .constantOfShape, .gather, .reduceProd, .shape, .slice, .sqrt:
      throw node.problem("is supported for constants only, not for what depends on the picture")
    }
  }

  /// A value that depends on the input.
  func feature(_ node: ONNXNode, _ index: Int) throws -> ONNXFeature {
    guard let name = node.input(index), let feature = features[name] else {
      throw node.problem("needs a value that depends on the picture as its input \(index)")
    }
    return feature
  }

  /// A value that depends on the input, with axes batch, channel, height, width.
  func map(_ node: ONNXNode, _ index: Int = 0) throws -> ONNXFeature {
    let found = try feature(node, index)
    guard found.axes == ONNXFeature.channelsFirst else {
      throw node.problem("needs an input with the axes batch, channel, height and width")
    }
    return found
  }

  /// A constant, nil if the input is left out.
  func optionalConstant(_ node: ONNXNode, _ index: Int) throws -> ONNXConstant? {
    guard let name = node.input(index) else { return nil }
    guard features[name] == nil else {
      throw node.problem("has an input \(index) that depends on the picture; it must be constant")
    }
    return try constant(named: name, of: node)
  }

  /// A constant.
  func constant(_ node: ONNXNode, _ index: Int) throws -> ONNXConstant {
    guard let found = try optionalConstant(node, index) else {
      throw node.problem("lacks its input \(index)")
    }
    return found
  }

  /// A constant with one number a channel, in Lethe's order.
  func vector(_ node: ONNXNode, _ index: Int, for feature: ONNXFeature) throws -> Tensor {
    let found = try constant(node, index)
    guard found.dims == [feature.shape.channels] else {
      throw node.problem(
        "has the shape \(found.dims) as its input \(index), not [\(feature.shape.channels)]")
    }
    let floats = found.floats
    return Tensor(
      shape: found.dims, values: feature.order.map { $0.map { floats[$0] } } ?? floats)
  }

  private func constant(named name: String, of node: ONNXNode) throws -> ONNXConstant {
    if let known = constants[name] { return known }
    guard let tensor = model.initialisers[name] else { throw node.problem("lacks '\(name)'") }
    return try tensor.constant(from: storage)
  }

  /// Adds a step for a node and gives its value, of the same axes as `feature`.
  mutating func append(
    _ operation: Compute.Operation, to feature: ONNXFeature, _ node: ONNXNode,
    parameters: [(suffix: String, tensor: Tensor)] = [], hint: String? = nil
  ) throws -> ONNXFeature {
    let step = try draft.add(
      operation, [feature.step], hint: hint ?? name(of: node), parameters: parameters)
    var next = feature.after(step)
    next.shape = draft.shape(of: step)
    return next
  }
}
