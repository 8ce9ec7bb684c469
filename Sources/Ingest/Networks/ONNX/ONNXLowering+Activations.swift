import Compute

extension ONNXLowering {
  /// Functions of each number by itself.
  mutating func activation(
    _ node: ONNXNode, _ operation: ONNXOperator
  ) throws -> ONNXFeature {
    let x = try feature(node, 0)
    switch operation {
    case .relu: return try append(.relu, to: x, node)
    case .sigmoid: return try append(.sigmoid, to: x, node)
    case .leakyRelu:
      return try append(.leakyRelu(slope: node.decimal("alpha") ?? 0.01), to: x, node)
    case .clip: return try clip(node, x)
    default:
      return try append(.activation(kind: try nonlinearity(node, operation)), to: x, node)
    }
  }

  private func nonlinearity(_ node: ONNXNode, _ operation: ONNXOperator) throws -> Nonlinearity {
    let alpha = node.float("alpha")
    switch operation {
    case .hardSwish: return .hardSwish
    case .mish: return .mish
    case .softplus: return .softplus
    case .tanh: return .tanh
    case .gelu: return node.text("approximate") == "tanh" ? .geluTanh : .gelu
    case .elu where alpha ?? 1 == 1: return .elu
    case .hardSigmoid where abs((alpha ?? 0.2) - 1 / 6) < 1e-6 && node.float("beta") ?? 0.5 == 0.5:
      return .hardSigmoid
    case .selu
    where abs((alpha ?? 1.673_263_2) - 1.673_263_2) < 1e-5
      && abs((node.float("gamma") ?? 1.050_701) - 1.050_701) < 1e-5:
      return .selu
    default:
      throw node.problem(
        "has coefficients that are not supported: Elu has alpha 1, HardSigmoid alpha 1/6 and beta"
          + " 1/2, Selu its usual ones")
    }
  }

  /// Clip, whose bounds are attributes up to opset 10 and inputs from 11 on.
  private mutating func clip(_ node: ONNXNode, _ x: ONNXFeature) throws -> ONNXFeature {
    let bounds = try ["min", "max"].enumerated().map { place, name -> Double? in
      let given = try optionalConstant(node, place + 1)
      guard given == nil || given?.scalar != nil else {
        throw node.problem("has a bound that is not one number")
      }
      guard let value = given?.scalar ?? node.float(name) else { return nil }
      guard !value.isNaN else { throw node.problem("has a bound that is not a number") }
      return abs(value) >= Float.greatestFiniteMagnitude ? nil : ONNXNode.decimal(value)
    }
    switch (bounds[0], bounds[1]) {
    case (nil, nil): return x
    case (0, nil): return try append(.relu, to: x, node)
    case (let low, let high): return try append(.clip(low: low, high: high), to: x, node)
    }
  }

  /// Dropout, which does nothing but in training.
  mutating func dropout(_ node: ONNXNode) throws -> ONNXFeature {
    let x = try feature(node, 0)
    let ratio = try optionalConstant(node, 1)?.scalar ?? node.float("ratio") ?? 0.5
    guard ratio > 0, ratio < 1 else { return x }
    return try append(.dropout(probability: ONNXNode.decimal(ratio)), to: x, node)
  }

  /// Softmax and LogSoftmax over the channels.
  mutating func softmax(_ node: ONNXNode, isLog: Bool) throws -> ONNXFeature {
    var x = try feature(node, 0)
    // Up to opset 12 the axes from `axis` on are one.
    let isFlat = model.opset < 13
    let given = node.integer("axis") ?? (isFlat ? 1 : -1)
    let axis = given < 0 ? given &+ x.axes.count : given
    let isVector = x.shape.pixels == 1 && axis == 1
    guard x.axes.indices.contains(axis), x.axes[axis] == .channel, isVector || !isFlat else {
      throw node.problem("is supported over the channels only, not over axis \(given)")
    }
    if isLog {
      x.closing = "LogSoftmax"
      return x
    }
    return try append(.softmax, to: x, node)
  }

  /// Cast of a value, which must stay a float.
  func cast(_ node: ONNXNode) throws -> ONNXFeature {
    let type = ONNXElementType(rawValue: node.integer("to") ?? 0)
    guard type?.isFloat == true else {
      throw node.problem("turns a value into another type than floats, which is not supported")
    }
    return try feature(node, 0)
  }
}
