import Compute

extension KerasGraph {
  /// The window of a convolution or pool.
  struct Window {
    /// The kernel's sides in the file.
    let points: Extent
    /// The kernel's sides; of a dilated one, those of the plain one that it equals.
    let kernel: Extent
    let stride: Extent
    let padding: Padding
    let output: Extent

    /// Whether the padding is the same on both sides, so that an operation can take it.
    var symmetric: Extent? {
      guard padding.top == padding.bottom, padding.left == padding.right else { return nil }
      return Extent(height: padding.top, width: padding.left)
    }
  }

  /// The window that a layer slides over its input.
  ///
  /// Padding "same" gives ⌈side / stride⌉ outputs; of an odd number of added pixels the larger part
  /// goes below and to the right.
  func window(
    _ layer: KerasLayer, _ kernel: (Int, Int)?, stride: (Int, Int)?, over input: Shape
  ) throws -> Window {
    let sides = 1...4_096
    guard let kernel, let stride, sides.contains(kernel.0), sides.contains(kernel.1),
      sides.contains(stride.0), sides.contains(stride.1)
    else { throw problem(layer, "its window or strides make no sense") }
    let points = Extent(height: kernel.0, width: kernel.1)
    let steps =
      layer.config.value("dilation_rate") == nil ? (1, 1) : layer.config.pair("dilation_rate")
    guard let steps, let height = DilatedKernels.side(kernel.0, step: steps.0),
      let width = DilatedKernels.side(kernel.1, step: steps.1)
    else { throw problem(layer, "its dilation makes no sense") }
    let mode = layer.config.text("padding") ?? layer.config.text("border_mode") ?? "valid"
    guard mode == "valid" || mode == "same" else {
      throw problem(layer, "its padding '\(mode.prefix(20))' is not known here")
    }
    func side(_ input: Int, _ kernel: Int, _ stride: Int) throws -> (Int, Int, Int) {
      guard mode == "same" else {
        guard input >= kernel else { throw problem(layer, "its input is smaller than its kernel") }
        return (0, 0, (input - kernel) / stride + 1)
      }
      let output = (input + stride - 1) / stride
      let added = max((output - 1) * stride + kernel - input, 0)
      return (added / 2, added - added / 2, output)
    }
    let vertical = try side(input.height, height, stride.0)
    let horizontal = try side(input.width, width, stride.1)
    return Window(
      points: points, kernel: Extent(height: height, width: width),
      stride: Extent(height: stride.0, width: stride.1),
      padding: Padding(
        top: vertical.0, left: horizontal.0, bottom: vertical.1, right: horizontal.1),
      output: Extent(height: vertical.2, width: horizontal.2))
  }

  mutating func convolution(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let groups = layer.config.integer("groups") ?? 1
    guard let outputs = layer.config.integer("filters") ?? layer.config.integer("nb_filter"),
      (1...1 << 20).contains(outputs), groups >= 1, input.shape.channels.isMultiple(of: groups),
      outputs.isMultiple(of: groups)
    else { throw problem(layer, "its filters or groups make no sense") }
    let window = try window(
      layer, layer.config.pair("kernel_size"), stride: layer.config.pair("strides") ?? (1, 1),
      over: input.shape)
    let inputs = input.shape.channels / groups
    let kernel = try weight(
      "kernel", 0, of: layer,
      shape: [window.points.height, window.points.width, inputs, outputs])
    parameters["\(layer.name).weight"] = try plain(
      Self.kernel(kernel, window.points, inputs: inputs, outputs: outputs), window, layer)
    try addBias(layer, index: 1, outputs: outputs)
    let value = try convolve(
      layer, "\(layer.name).conv", input, window, outputs: outputs, groups: groups)
    return try activateFused(layer, value)
  }

  mutating func depthwise(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let (window, outputs) = try depthwiseKernel(layer, input, name: layer.name)
    try addBias(layer, index: 1, outputs: outputs)
    let value = try convolve(
      layer, "\(layer.name).conv", input, window, outputs: outputs, groups: input.shape.channels)
    return try activateFused(layer, value)
  }

  /// A depthwise convolution without a bias, then one of 1×1.
  mutating func separable(_ layer: KerasLayer, _ input: Value) throws -> Value {
    guard let outputs = layer.config.integer("filters") ?? layer.config.integer("nb_filter"),
      (1...1 << 20).contains(outputs)
    else { throw problem(layer, "its filters make no sense") }
    let depthName = "\(layer.name).depthwise"
    let (window, inner) = try depthwiseKernel(layer, input, name: depthName)
    let middle = try convolve(
      layer, depthName, input, window, outputs: inner, groups: input.shape.channels)
    let kernel = try weight("pointwise_kernel", 1, of: layer, shape: [1, 1, inner, outputs])
    parameters["\(layer.name).weight"] = Self.kernel(
      kernel, Extent(1), inputs: inner, outputs: outputs)
    try addBias(layer, index: 2, outputs: outputs)
    let point = Window(
      points: Extent(1), kernel: Extent(1), stride: Extent(1), padding: Padding(Extent(0)),
      output: Extent(height: middle.shape.height, width: middle.shape.width))
    let value = try convolve(
      layer, "\(layer.name).conv", middle, point, outputs: outputs, groups: 1)
    return try activateFused(layer, value)
  }

  private mutating func depthwiseKernel(
    _ layer: KerasLayer, _ input: Value, name: String
  ) throws -> (Window, outputs: Int) {
    let multiplier = layer.config.integer("depth_multiplier") ?? 1
    guard (1...1 << 10).contains(multiplier) else {
      throw problem(layer, "its depth multiplier makes no sense")
    }
    let window = try window(
      layer, layer.config.pair("kernel_size"), stride: layer.config.pair("strides") ?? (1, 1),
      over: input.shape)
    let shape = [
      window.points.height, window.points.width, input.shape.channels, multiplier,
    ]
    // Keras 2 called the kernel of both kinds of layer so, Keras 3 only that of one.
    let isThere = try weights.dataset("depthwise_kernel", 0, of: layer) != nil
    let kernel = try weight(
      isThere ? "depthwise_kernel" : "kernel", 0, of: layer, shape: shape)
    let outputs = input.shape.channels * multiplier
    // [height, width, channel, part] is [height, width, 1, channel · parts + part].
    parameters["\(name).weight"] = try plain(
      Self.kernel(kernel, window.points, inputs: 1, outputs: outputs), window, layer)
    return (window, outputs)
  }

  /// Adds a convolution, and the border before it where its sides differ.
  private mutating func convolve(
    _ layer: KerasLayer, _ name: String, _ input: Value, _ window: Window, outputs: Int,
    groups: Int
  ) throws -> Value {
    var source = input
    var padding = Extent(0)
    if let same = window.symmetric, same.height < window.kernel.height,
      same.width < window.kernel.width
    {
      padding = same
    } else {
      source = try border(layer, input, window.padding, .zeros)
    }
    return try append(
      name,
      .convolution(
        outputs: outputs, kernel: window.kernel, stride: window.stride, padding: padding,
        groups: groups), [source],
      shape: Shape(
        channels: outputs, height: window.output.height, width: window.output.width))
  }

  mutating func border(
    _ layer: KerasLayer, _ input: Value, _ padding: Padding, _ value: PadValue
  ) throws -> Value {
    try append(
      "\(layer.name).pad", .pad(padding: padding, value: value), [input],
      shape: padding.around(input.shape))
  }

  /// The kernel with which a window slides, of that in the file.
  private mutating func plain(
    _ kernel: Tensor, _ window: Window, _ layer: KerasLayer
  ) throws -> Tensor {
    do { return try dilated.widened(kernel, to: window.kernel) } catch {
      throw KerasProblem(
        reason: "the layer \(layer.name) (\(layer.className.prefix(40))) \(error.reason)",
        advice: error.advice)
    }
  }

  /// [height, width, inputs, outputs] as [outputs, inputs, height, width].
  static func kernel(_ values: [Float], _ side: Extent, inputs: Int, outputs: Int) -> Tensor {
    let pixels = side.height * side.width
    var result = [Float](repeating: 0, count: values.count)
    for pixel in 0..<pixels {
      for input in 0..<inputs {
        let row = (pixel * inputs + input) * outputs
        for output in 0..<outputs {
          result[(output * inputs + input) * pixels + pixel] = values[row + output]
        }
      }
    }
    return Tensor(shape: [outputs, inputs, side.height, side.width], values: result)
  }
}
