import Compute

extension ONNXLowering {
  /// Conv.
  mutating func convolution(_ node: ONNXNode) throws -> ONNXFeature {
    var x = try map(node)
    let weight = try constant(node, 1)
    let groups = node.integer("group") ?? 1
    guard weight.dims.count == 4, (1...x.shape.channels).contains(groups),
      x.shape.channels % groups == 0, weight.dims[1] == x.shape.channels / groups
    else {
      throw node.problem(
        "has weights of shape \(weight.dims) and \(groups) groups for \(x.shape.channels) channels")
    }
    let kernel = node.integers("kernel_shape") ?? Array(weight.dims[2...])
    guard kernel == Array(weight.dims[2...]) else {
      throw node.problem("has the kernel_shape \(kernel), but weights of shape \(weight.dims)")
    }
    let window = try ONNXWindow(node, kernel: kernel, over: x.shape)
    var padding = Extent(0)
    let limit = Extent(height: window.kernel.height - 1, width: window.kernel.width - 1)
    if let even = window.evenPadding(upTo: limit) {
      padding = even
    } else {
      x = try append(.pad(padding: window.wholePadding, value: .zeros), to: x, node)
    }
    let plain: Tensor
    do {
      plain = try dilated.widened(
        Tensor(shape: weight.dims, values: weight.floats), to: window.kernel)
    } catch { throw node.problem(error.reason, advice: error.advice) }
    var parameters = [(suffix: "weight", tensor: plain)]
    if let bias = try optionalConstant(node, 2) {
      guard bias.dims == [weight.dims[0]] else {
        throw node.problem("has a bias of shape \(bias.dims) for \(weight.dims[0]) outputs")
      }
      parameters.append(("bias", Tensor(shape: bias.dims, values: bias.floats)))
    }
    let operation = Compute.Operation.convolution(
      outputs: weight.dims[0], kernel: window.kernel, stride: window.stride, padding: padding,
      groups: groups)
    let result = try append(operation, to: x, node, parameters: parameters)
    noteBiasable(node, result, parameters.count)
    return result
  }

  /// MaxPool and AveragePool.
  mutating func pool(_ node: ONNXNode, isMax: Bool) throws -> ONNXFeature {
    var x = try map(node)
    guard node.outputs.count == 1 || (node.outputs.dropFirst().allSatisfy { readers[$0] == nil })
    else { throw node.problem("gives the places of its maxima, which are not supported") }
    guard let kernel = node.integers("kernel_shape") else {
      throw node.problem("lacks its kernel_shape")
    }
    let window = try ONNXWindow(node, kernel: kernel, over: x.shape)
    guard window.kernel == Extent(height: kernel[0], width: kernel[1]) else {
      throw node.problem(
        "has a dilated window, which Lethe does not run",
        advice: "bring the activations that ONNX Runtime computes instead: lethe model add NAME"
          + " --layers-from FILE")
    }
    let countsPadding = isMax || node.integer("count_include_pad") == 1
    guard isMax || !countsPadding || window.overhang == Extent(0) else {
      throw node.problem("counts padding and hangs over the edge (ceil_mode): not supported")
    }
    let limit = Extent(height: window.kernel.height / 2, width: window.kernel.width / 2)
    let even = window.evenPadding(upTo: limit)
    if !countsPadding, even != Extent(0) {
      let operation = Compute.Operation.averagePoolExcludingPadding(
        kernel: window.kernel, stride: window.stride, padding: window.wholePadding)
      return try append(operation, to: x, node)
    }
    if even == nil {
      x = try append(
        .pad(padding: window.wholePadding, value: isMax ? .lowest : .zeros), to: x, node)
    }
    let padding = even ?? Extent(0)
    return try append(
      isMax
        ? .maxPool(kernel: window.kernel, stride: window.stride, padding: padding)
        : .averagePool(kernel: window.kernel, stride: window.stride, padding: padding), to: x, node)
  }

  /// GlobalAveragePool and GlobalMaxPool.
  mutating func globalPool(_ node: ONNXNode, isMax: Bool) throws -> ONNXFeature {
    let x = try map(node)
    let whole = Extent(height: x.shape.height, width: x.shape.width)
    return try append(
      isMax ? .maxPool(kernel: whole, stride: whole, padding: Extent(0)) : .globalAveragePool,
      to: x,
      node)
  }

  /// ReduceMean over height and width.
  mutating func mean(_ node: ONNXNode) throws -> ONNXFeature {
    let x = try feature(node, 0)
    let given = try optionalConstant(node, 1)?.integers ?? node.integers("axes") ?? []
    let axes = Set(given.map { $0 < 0 ? $0 &+ x.axes.count : $0 })
    guard axes.allSatisfy(x.axes.indices.contains) else {
      throw node.problem("has the impossible axes \(given.prefix(8))")
    }
    let reduced = Set(axes.map { x.axes[$0] })
    guard reduced == [.height, .width] || reduced == [.pixels] else {
      throw node.problem("is supported over height and width only, not over the axes \(given)")
    }
    var result = try append(.globalAveragePool, to: x, node)
    if node.integer("keepdims") == 0 {
      result.axes = x.axes.filter { !reduced.contains($0) }
    }
    return result
  }

  /// Pad.
  mutating func pad(_ node: ONNXNode) throws -> ONNXFeature {
    let x = try feature(node, 0)
    guard ["constant", ""].contains(node.text("mode") ?? "") else {
      throw node.problem("has the mode '\(node.text("mode")?.prefix(40) ?? "")', not constant")
    }
    let pads =
      try optionalConstant(node, 1)?.integers ?? node.integers("pads")
      ?? node.integers("paddings") ?? []
    let named = try optionalConstant(node, 3)?.integers ?? Array(x.axes.indices)
    let axes = named.map { $0 < 0 ? $0 &+ x.axes.count : $0 }
    guard pads.count == 2 * axes.count, axes.allSatisfy(x.axes.indices.contains),
      pads.allSatisfy((0...4_096).contains)
    else { throw node.problem("has pads that are not supported: \(pads.prefix(16))") }
    let value = try optionalConstant(node, 2)?.scalar ?? node.float("value") ?? 0
    guard value == 0 || value <= -Float.greatestFiniteMagnitude else {
      throw node.problem("pads with \(value); 0 and −∞ are supported")
    }
    var padding = Padding(Extent(0))
    for (place, axis) in axes.enumerated() {
      let (before, after) = (pads[place], pads[place + axes.count])
      switch x.axes[axis] {
      case .height: (padding.top, padding.bottom) = (before, after)
      case .width: (padding.left, padding.right) = (before, after)
      default:
        guard before == 0, after == 0 else {
          throw node.problem("pads another axis than height and width, which is not supported")
        }
      }
    }
    if padding == Padding(Extent(0)) { return x }
    return try append(.pad(padding: padding, value: value == 0 ? .zeros : .lowest), to: x, node)
  }

  /// Remembers a step that the Add after it may give a bias.
  mutating func noteBiasable(_ node: ONNXNode, _ result: ONNXFeature, _ parameters: Int) {
    if parameters == 1, let name = node.outputs.first, readers[name] == 1 {
      biasable[name] = result.step
    }
  }
}
