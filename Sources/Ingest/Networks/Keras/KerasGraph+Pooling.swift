import Compute

extension KerasGraph {
  mutating func pool(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let kernel = layer.config.pair("pool_size") ?? (2, 2)
    let window = try window(
      layer, kernel, stride: layer.config.pair("strides") ?? kernel, over: input.shape)
    let shape = Shape(
      channels: input.shape.channels, height: window.output.height, width: window.output.width)
    let isPadded = window.padding != Padding(Extent(0))
    guard layer.className == "MaxPooling2D" else {
      // Keras leaves the added pixels out of the mean.
      let operation: Compute.Operation =
        isPadded
        ? .averagePoolExcludingPadding(
          kernel: window.kernel, stride: window.stride, padding: window.padding)
        : .averagePool(kernel: window.kernel, stride: window.stride, padding: Extent(0))
      return try append(layer.name, operation, [input], shape: shape, isLayer: true)
    }
    var source = input
    var padding = Extent(0)
    if let same = window.symmetric, same.height <= window.kernel.height / 2,
      same.width <= window.kernel.width / 2
    {
      padding = same
    } else {
      source = try border(layer, input, window.padding, .lowest)
    }
    return try append(
      layer.name, .maxPool(kernel: window.kernel, stride: window.stride, padding: padding),
      [source], shape: shape, isLayer: true)
  }

  mutating func globalPool(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let side = Extent(height: input.shape.height, width: input.shape.width)
    let operation: Compute.Operation =
      layer.className == "GlobalAveragePooling2D"
      ? .globalAveragePool : .maxPool(kernel: side, stride: side, padding: Extent(0))
    var value = try append(
      layer.name, operation, [input], shape: Shape(channels: input.shape.channels), isLayer: true)
    value.isVector = !(layer.config.flag("keepdims") ?? false)
    return value
  }

  /// Zeros around a map; they go into the convolution that follows when the graph is run.
  mutating func zeroPadding(_ layer: KerasLayer, _ input: Value) throws -> Value {
    var sides: [Int]?
    if let pair = layer.config.pair("padding") {
      sides = [pair.0, pair.0, pair.1, pair.1]
    } else if let lists = layer.config.list("padding") as? [[Any]], lists.count == 2 {
      sides = lists.flatMap { $0.compactMap(KerasConfig.integer) }
    }
    guard let sides, sides.count == 4, sides.allSatisfy({ (0...4_096).contains($0) }) else {
      throw problem(layer, "its padding makes no sense")
    }
    let padding = Padding(top: sides[0], left: sides[2], bottom: sides[1], right: sides[3])
    return try append(
      layer.name, .pad(padding: padding, value: .zeros), [input],
      shape: Shape(
        channels: input.shape.channels, height: input.shape.height + sides[0] + sides[1],
        width: input.shape.width + sides[2] + sides[3]))
  }
}
