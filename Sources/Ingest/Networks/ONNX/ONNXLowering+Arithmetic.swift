import Compute

extension ONNXLowering {
  /// Add, Sub, Mul and Div of two values, or of a value and a constant.
  mutating func arithmetic(_ node: ONNXNode, _ operation: ONNXOperator) throws -> ONNXFeature {
    guard let left = node.input(0), let right = node.input(1) else {
      throw node.problem("needs two inputs")
    }
    switch (features[left], features[right]) {
    case (let a?, let b?): return try join(node, operation, a, b)
    case (let x?, nil):
      let numbers = try channelwise(node, constant(node, 1), with: x)
      if operation == .add, let step = biasable[left] { return addBias(numbers, to: x, step) }
      switch operation {
      case .add: return try scale(node, x, weight: nil, bias: numbers)
      case .sub: return try scale(node, x, weight: nil, bias: numbers.map { -$0 })
      case .mul: return try scale(node, x, weight: numbers, bias: nil)
      default: return try scale(node, x, weight: numbers.map { 1 / $0 }, bias: nil)
      }
    case (nil, let x?):
      let numbers = try channelwise(node, constant(node, 0), with: x)
      if operation == .add, let step = biasable[right] { return addBias(numbers, to: x, step) }
      switch operation {
      case .add: return try scale(node, x, weight: nil, bias: numbers)
      case .sub:
        return try scale(node, x, weight: numbers.map { _ in -1 }, bias: numbers)
      case .mul: return try scale(node, x, weight: numbers, bias: nil)
      default: throw node.problem("divides a constant by a value, which is not supported")
      }
    default: throw node.problem("needs a value that depends on the picture")
    }
  }

  private func channelwise(
    _ node: ONNXNode, _ constant: ONNXConstant, with feature: ONNXFeature
  ) throws -> [Float] {
    try storage.spend(feature.shape.channels)
    guard let numbers = feature.channelwise(constant) else {
      throw node.problem(
        "combines \(feature.dims(batch: batch)) with a constant of shape \(constant.dims);"
          + " one number a channel is supported")
    }
    return numbers
  }

  private mutating func addBias(
    _ numbers: [Float], to feature: ONNXFeature, _ step: Int
  ) -> ONNXFeature {
    draft.setBias(Tensor(shape: [numbers.count], values: numbers), of: step)
    return feature
  }

  private mutating func scale(
    _ node: ONNXNode, _ feature: ONNXFeature, weight: [Float]?, bias: [Float]?
  ) throws -> ONNXFeature {
    let channels = feature.shape.channels
    let ones = weight ?? Array(repeating: 1, count: channels)
    var parameters = [(suffix: "weight", tensor: Tensor(shape: [channels], values: ones))]
    if let bias { parameters.append(("bias", Tensor(shape: [channels], values: bias))) }
    return try append(.scale, to: feature, node, parameters: parameters)
  }

  private mutating func join(
    _ node: ONNXNode, _ operation: ONNXOperator, _ a: ONNXFeature, _ b: ONNXFeature
  ) throws -> ONNXFeature {
    guard a.axes == b.axes, a.channelsLast == b.channelsLast else {
      throw node.problem("combines values whose axes differ, which is not supported")
    }
    let factor = Shape(channels: a.shape.channels)
    switch operation {
    case .add where a.shape == b.shape:
      return a.after(try draft.add(.add, [a.step, b.step], hint: name(of: node)))
    case .mul where a.shape == b.shape || b.shape == factor:
      return a.after(try draft.add(.multiply, [a.step, b.step], hint: name(of: node)))
    case .mul where a.shape == Shape(channels: b.shape.channels):
      return b.after(try draft.add(.multiply, [b.step, a.step], hint: name(of: node)))
    default:
      throw node.problem(
        "combines \(a.shape) and \(b.shape): sums of equal shapes and products of equal shapes, or"
          + " with one factor a channel, are supported")
    }
  }

  /// Concat along the channels.
  mutating func concat(_ node: ONNXNode) throws -> ONNXFeature {
    let parts = try node.inputs.indices.map { try feature(node, $0) }
    guard let first = parts.first else { throw node.problem("has no inputs") }
    let given = node.integer("axis") ?? 1
    let axis = given < 0 ? given &+ first.axes.count : given
    let fits = parts.allSatisfy {
      $0.axes == first.axes && $0.channelsLast == nil && $0.shape.height == first.shape.height
        && $0.shape.width == first.shape.width
    }
    guard first.axes.indices.contains(axis), first.axes[axis] == .channel, fits else {
      throw node.problem("is supported along the channels of maps of equal height and width only")
    }
    if parts.count == 1 { return first }
    let step = try draft.add(.concat, parts.map(\.step), hint: name(of: node))
    var result = first.after(step)
    result.shape = draft.shape(of: step)
    return result
  }

  /// BatchNormalization with running statistics.
  mutating func batchNorm(_ node: ONNXNode) throws -> ONNXFeature {
    let x = try feature(node, 0)
    guard x.axes.count > 1, x.axes[1] == .channel else {
      throw node.problem("needs the channels as its second axis")
    }
    guard node.integer("training_mode") ?? 0 == 0, node.integer("spatial") ?? 1 == 1 else {
      throw node.problem(
        "is in training mode or not spatial, which is not supported",
        advice: "export the network in evaluation mode")
    }
    let suffixes = ["weight", "bias", "running_mean", "running_var"]
    let parameters = try suffixes.enumerated().map { place, suffix in
      (suffix: suffix, tensor: try vector(node, place + 1, for: x))
    }
    return try append(
      .batchNorm(epsilon: node.decimal("epsilon") ?? 1e-5), to: x, node,
      parameters: parameters)
  }
}
