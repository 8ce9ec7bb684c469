import Compute

extension KerasExport {
  mutating func dense(_ node: Node, _ input: Value, outputs: Int) throws -> Value {
    let source = vector(input, for: node.name)
    let inputs = source.shape.channels
    let weight = try tensor(node, "weight")
    let order = source.flattened.map(KerasGraph.channelsLastPlaces)
    var kernel = [Float](repeating: 0, count: inputs * outputs)
    for column in 0..<inputs {
      let row = order?[column] ?? column
      for output in 0..<outputs {
        kernel[row * outputs + output] = weight.values[output * inputs + column]
      }
    }
    let bias = parameters["\(node.parameterPrefix).bias"]
    var value = add(
      node.name, "Dense", ["units": outputs, "use_bias": bias != nil, "activation": "linear"],
      [source], Shape(channels: outputs),
      weights: [.init(role: "kernel", shape: [inputs, outputs], values: kernel)]
        + vectors([("bias", bias)]))
    value.flattened = nil
    return value
  }

  /// Writes a convolution; a factor a channel is a depthwise one of 1×1.
  mutating func convolution(_ node: Node, _ input: Value, output: Shape) throws -> Value {
    guard input.flattened == nil else { throw kerasExportProblem(node, "it reads a flattened map") }
    var source = map(input, for: node.name)
    let channels = input.shape.channels
    var kernelSide = Extent(1)
    var stride = Extent(1)
    var groups = channels
    var mode = "valid"
    if case .convolution(_, let kernel, let step, let padding, let count) = node.operation {
      (kernelSide, stride, groups) = (kernel, step, count)
      if Self.isSame(Padding(padding), kernel, step, over: input.shape) {
        mode = "same"
      } else if padding != Extent(0) {
        source = border(
          "\(node.name)_border", source, Padding(padding),
          Shape(
            channels: channels, height: input.shape.height + 2 * padding.height,
            width: input.shape.width + 2 * padding.width))
      }
    }
    let isDepthwise = groups == channels && channels > 1
    let inputs = channels / groups
    let weight = try tensor(node, "weight")
    let bias = parameters["\(node.parameterPrefix).bias"]
    // Of a depthwise kernel the outputs are [channels, parts].
    let values = Self.kernel(
      weight.values, kernelSide, inputs: inputs, outputs: output.channels)
    let parts = output.channels / channels
    var config: [String: any Sendable] = [
      "kernel_size": [kernelSide.height, kernelSide.width],
      "strides": [stride.height, stride.width], "padding": mode, "data_format": "channels_last",
      "dilation_rate": [1, 1], "activation": "linear", "use_bias": bias != nil,
    ]
    if isDepthwise {
      config["depth_multiplier"] = parts
    } else {
      config["filters"] = output.channels
      config["groups"] = groups
    }
    let sides = [kernelSide.height, kernelSide.width]
    return add(
      node.name, isDepthwise ? "DepthwiseConv2D" : "Conv2D", config, [source], output,
      weights: [
        .init(
          role: isDepthwise ? "depthwise_kernel" : "kernel",
          shape: sides + (isDepthwise ? [channels, parts] : [inputs, output.channels]),
          values: values)
      ] + vectors([("bias", bias)]))
  }

  mutating func batchNorm(_ node: Node, _ input: Value, epsilon: Double) throws -> Value {
    let order = input.flattened.map(KerasGraph.channelsLastPlaces)
    let roles = [
      ("gamma", "weight"), ("beta", "bias"), ("moving_mean", "running_mean"),
      ("moving_variance", "running_var"),
    ]
    let weights = try roles.map { role, suffix in
      let tensor = try tensor(node, suffix, count: input.shape.channels)
      guard let order else { return (role, Optional(tensor)) }
      var values = tensor.values
      for (channel, place) in order.enumerated() { values[place] = tensor.values[channel] }
      return (role, Tensor(shape: tensor.shape, values: values))
    }
    return add(
      node.name, "BatchNormalization",
      ["axis": -1, "epsilon": epsilon, "momentum": 0.99, "scale": true, "center": true], [input],
      input.shape, weights: vectors(weights))
  }

  mutating func pool(_ node: Node, _ input: Value, output: Shape) throws -> Value {
    var source = map(input, for: node.name)
    let kernel: Extent
    let stride: Extent
    var padding: Padding
    var isMean = true
    switch node.operation {
    case .maxPool(let size, let step, let border):
      (kernel, stride, padding, isMean) = (size, step, Padding(border), false)
      // The border before it has been left to this pool.
      if let before = graph.index(of: node.inputs[0]).map({ graph.nodes[$0] }),
        case .pad(let border, .lowest) = before.operation
      {
        padding = border
      }
    case .averagePool(let size, let step, let border):
      (kernel, stride, padding) = (size, step, Padding(border))
    case .averagePoolExcludingPadding(let size, let step, let border):
      (kernel, stride, padding) = (size, step, border)
    default: throw kerasExportProblem(node, "it is no pool")
    }
    var mode = "valid"
    let isSame = Self.isSame(padding, kernel, stride, over: input.shape)
    if padding != Padding(Extent(0)) {
      if case .averagePool = node.operation {
        source = border(
          "\(node.name)_border", source, padding, padding.around(input.shape))
      } else if isSame {
        mode = "same"
      } else if !isMean, graph.nonNegativeLayers.contains(node.inputs[0]) {
        // Zeros never win against numbers that are none below.
        source = border(
          "\(node.name)_border", source, padding, padding.around(input.shape))
      } else {
        throw kerasExportProblem(node, "Keras cannot pad a pool in this way")
      }
    }
    return add(
      node.name, isMean ? "AveragePooling2D" : "MaxPooling2D",
      [
        "pool_size": [kernel.height, kernel.width], "strides": [stride.height, stride.width],
        "padding": mode, "data_format": "channels_last",
      ], [source], output)
  }

  /// Leaves a border of the lowest number to the pools behind it, which must pad as "same" does.
  mutating func lowestBorder(_ node: Node, _ input: Value) throws -> Value {
    let readers = graph.nodes.filter { $0.inputs.contains(node.name) }
    let fits = readers.allSatisfy { reader in
      guard case .pad(let padding, _) = node.operation,
        case .maxPool(let kernel, let stride, let own) = reader.operation, own == Extent(0)
      else { return false }
      return Self.isSame(padding, kernel, stride, over: input.shape)
    }
    guard fits, node.name != graph.nodes.last?.name else {
      throw kerasExportProblem(node, "Keras cannot pad a pool in this way")
    }
    return input
  }

  /// Whether a padding is what Keras' "same" adds.
  static func isSame(
    _ padding: Padding, _ kernel: Extent, _ stride: Extent, over input: Shape
  ) -> Bool {
    func sides(_ side: Int, _ kernel: Int, _ stride: Int) -> (Int, Int) {
      let output = (side + stride - 1) / stride
      let added = max((output - 1) * stride + kernel - side, 0)
      return (added / 2, added - added / 2)
    }
    return (padding.top, padding.bottom) == sides(input.height, kernel.height, stride.height)
      && (padding.left, padding.right) == sides(input.width, kernel.width, stride.width)
  }

  private func tensor(_ node: Node, _ suffix: String, count: Int? = nil) throws -> Tensor {
    let name = "\(node.parameterPrefix).\(suffix)"
    if let tensor = parameters[name] { return tensor }
    // A missing bias means zero.
    guard suffix == "bias", let count else {
      throw kerasExportProblem(node, "the weights \(name) are missing")
    }
    return Tensor(shape: [count], values: [Float](repeating: 0, count: count))
  }

  private func vectors(_ pairs: [(String, Tensor?)]) -> [KerasExportLayer.Weight] {
    pairs.compactMap { role, tensor in
      tensor.map { .init(role: role, shape: $0.shape, values: $0.values) }
    }
  }

  /// [outputs, inputs, height, width] as [height, width, inputs, outputs].
  private static func kernel(
    _ values: [Float], _ side: Extent, inputs: Int, outputs: Int
  ) -> [Float] {
    let pixels = side.height * side.width
    var result = [Float](repeating: 0, count: values.count)
    for output in 0..<outputs {
      for input in 0..<inputs {
        let row = (output * inputs + input) * pixels
        for pixel in 0..<pixels {
          result[(pixel * inputs + input) * outputs + output] = values[row + pixel]
        }
      }
    }
    return result
  }
}
