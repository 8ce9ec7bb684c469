import Compute

extension KerasGraph {
  /// Layers that do nothing once a network is trained.
  private static let passive: Set<String> = [
    "Dropout", "SpatialDropout2D", "GaussianNoise", "GaussianDropout", "AlphaDropout",
    "ActivityRegularization", "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation",
    "RandomContrast", "RandomBrightness", "Identity",
  ]

  /// Adds a layer, and gives its value.
  mutating func add(_ layer: KerasLayer, inputs: [Value], first: Value) throws -> Value {
    if let merged = try merge(layer, inputs) { return merged }
    guard inputs.count == 1 else { throw problem(layer, "it reads \(inputs.count) values") }
    switch layer.className {
    case "Conv2D", "Convolution2D": return try convolution(layer, first)
    case "DepthwiseConv2D": return try depthwise(layer, first)
    case "SeparableConv2D", "SeparableConvolution2D": return try separable(layer, first)
    case "Dense": return try dense(layer, first)
    case "BatchNormalization": return try batchNorm(layer, first)
    case "Rescaling", "Normalization": return try scale(layer, first)
    case "MaxPooling2D", "AveragePooling2D": return try pool(layer, first)
    case "GlobalAveragePooling2D", "GlobalMaxPooling2D": return try globalPool(layer, first)
    case "ZeroPadding2D": return try zeroPadding(layer, first)
    case "Flatten", "Reshape": return try flatten(layer, first)
    case "Activation", "ReLU", "LeakyReLU", "ELU", "Softmax":
      return try activate(layer.name, try activation(of: layer), first, layer)
    case "Dropout" where (layer.config.number("rate") ?? layer.config.number("p") ?? 0) > 0:
      let rate = layer.config.number("rate") ?? layer.config.number("p") ?? 0
      return try append(layer.name, .dropout(probability: rate), [first], shape: first.shape)
    case let name where Self.passive.contains(name): return first
    default:
      throw problem(layer, "layers of this kind are not known here")
    }
  }

  /// Layers of several inputs; nil for others.
  private mutating func merge(_ layer: KerasLayer, _ inputs: [Value]) throws -> Value? {
    switch layer.className {
    case "Add", "Multiply":
      guard inputs.count >= 2 else { throw problem(layer, "it reads one value") }
      var sum = inputs[0]
      for (index, other) in inputs.dropFirst().enumerated() {
        let name = index == inputs.count - 2 ? layer.name : "\(layer.name).part\(index + 1)"
        guard sum.flattened == other.flattened else {
          throw problem(layer, "it joins flattened values of different origin")
        }
        let larger = sum.shape.count >= other.shape.count ? sum.shape : other.shape
        sum = try append(
          name, layer.className == "Add" ? .add : .multiply, [sum, other], shape: larger,
          isLayer: name == layer.name)
      }
      return sum
    case "Concatenate":
      guard inputs.count >= 2 else { throw problem(layer, "it reads one value") }
      let axis = layer.config.integer("axis") ?? -1
      let isVector = inputs.allSatisfy(\.isVector)
      let expected = isVector || !isChannelsLast ? 1 : 3
      guard axis == expected || (axis == -1 && (isVector || isChannelsLast)) else {
        throw problem(layer, "it joins along axis \(axis), which is not the channels")
      }
      guard inputs.allSatisfy({ $0.flattened == nil }) else {
        throw problem(layer, "it joins flattened maps")
      }
      let shape = Shape(
        channels: inputs.reduce(0) { $0 &+ $1.shape.channels }, height: inputs[0].shape.height,
        width: inputs[0].shape.width)
      return try append(layer.name, .concat, inputs, shape: shape, isLayer: true)
    default: return nil
    }
  }

  private mutating func dense(_ layer: KerasLayer, _ input: Value) throws -> Value {
    guard let outputs = layer.config.integer("units") ?? layer.config.integer("output_dim"),
      (1...1 << 24).contains(outputs)
    else { throw problem(layer, "its units make no sense") }
    guard input.shape.pixels == 1 else {
      throw problem(layer, "it works on every pixel of a map; put Flatten before it")
    }
    let inputs = input.shape.channels
    let kernel = try weight("kernel", 0, of: layer, shape: [inputs, outputs])
    let order = input.flattened.map(Self.channelsLastPlaces)
    parameters["\(layer.name).weight"] = Tensor(
      shape: [outputs, inputs],
      values: [Float](unsafeUninitializedCapacity: inputs * outputs) { buffer, count in
        for column in 0..<inputs {
          let row = order?[column] ?? column
          for output in 0..<outputs {
            buffer.initializeElement(
              at: output * inputs + column, to: kernel[row * outputs + output])
          }
        }
        count = inputs * outputs
      })
    try addBias(layer, index: 1, outputs: outputs)
    var value = try append(
      "\(layer.name).dense", .dense(outputs: outputs), [input], shape: Shape(channels: outputs))
    value.flattened = nil
    value.isVector = true
    return try activateFused(layer, value)
  }

  /// Where in Keras' order of a flattened map each number of Lethe's order is.
  static func channelsLastPlaces(_ shape: Shape) -> [Int] {
    (0..<shape.channels).flatMap { channel in
      (0..<shape.pixels).map { pixel in pixel * shape.channels + channel }
    }
  }

  mutating func addBias(_ layer: KerasLayer, index: Int, outputs: Int) throws {
    guard layer.config.flag("use_bias") ?? layer.config.flag("bias") ?? true else { return }
    parameters["\(layer.name).bias"] = Tensor(
      shape: [outputs], values: try weight("bias", index, of: layer, shape: [outputs]))
  }

  private mutating func flatten(_ layer: KerasLayer, _ input: Value) throws -> Value {
    if layer.className == "Reshape" {
      guard let target = layer.config.list("target_shape")?.map(KerasConfig.integer) else {
        throw problem(layer, "its target shape makes no sense")
      }
      let isVector = target.count == 1 && (target[0] == -1 || target[0] == input.shape.count)
      if !isVector {
        let sides = isChannelsLast ? [1, 1, input.shape.channels] : [input.shape.channels, 1, 1]
        guard input.shape.pixels == 1, target.count == 3,
          zip(target, sides).allSatisfy({ $0 == -1 || $0 == $1 })
        else { throw problem(layer, "it gives a shape that is no vector") }
        var value = input
        value.isVector = false
        return value
      }
    }
    var value = input
    if input.shape.pixels > 1 {
      value = try append(
        layer.name, .flatten, [input], shape: Shape(channels: input.shape.count))
      // Keras flattens in the order in which it holds pictures; its Flatten puts the channels last
      // even where pictures have them first, if it is told that they do.
      let isTold =
        layer.className == "Flatten" && layer.config.text("data_format") == "channels_first"
      value.flattened = isChannelsLast || isTold ? input.shape : nil
    }
    value.isVector = true
    return value
  }
}
