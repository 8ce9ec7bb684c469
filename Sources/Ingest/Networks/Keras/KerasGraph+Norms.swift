import Compute

extension KerasGraph {
  mutating func batchNorm(_ layer: KerasLayer, _ input: Value) throws -> Value {
    try requireChannels(layer, input)
    let channels = input.shape.channels
    var index = 0
    // The numbers of a flattened map are in Keras' order.
    let order = input.flattened.map(Self.channelsLastPlaces)
    func vector(_ role: String, default missing: Float?) throws -> Tensor {
      if let missing {
        return Tensor(shape: [channels], values: [Float](repeating: missing, count: channels))
      }
      let values = try weight(role, index, of: layer, shape: [channels])
      index += 1
      return Tensor(shape: [channels], values: order.map { $0.map { values[$0] } } ?? values)
    }
    let hasScale = layer.config.flag("scale") ?? true
    let hasCenter = layer.config.flag("center") ?? true
    parameters["\(layer.name).weight"] = try vector("gamma", default: hasScale ? nil : 1)
    parameters["\(layer.name).bias"] = try vector("beta", default: hasCenter ? nil : 0)
    parameters["\(layer.name).running_mean"] = try vector("moving_mean", default: nil)
    parameters["\(layer.name).running_var"] = try vector("moving_variance", default: nil)
    return try append(
      layer.name, .batchNorm(epsilon: layer.config.number("epsilon") ?? 1e-3), [input],
      shape: input.shape)
  }

  /// Rescaling is scale · x + offset, Normalization (x − mean) / max(√variance, 1e-7).
  mutating func scale(_ layer: KerasLayer, _ input: Value) throws -> Value {
    let channels = input.shape.channels
    guard input.flattened == nil else { throw problem(layer, "it works on a flattened map") }
    func numbers(_ name: String) throws -> [Double]? {
      guard let value = layer.config.value(name) else { return nil }
      let flat = Self.flatNumbers(value, depth: 0)
      guard flat.count == 1 || flat.count == channels else {
        throw problem(layer, "its \(name) has \(flat.count) numbers for \(channels) channels")
      }
      return flat.count == 1 ? [Double](repeating: flat[0], count: channels) : flat
    }
    let weight: [Float]
    let bias: [Float]
    if layer.className == "Rescaling" {
      guard let scale = try numbers("scale") else { throw problem(layer, "it has no scale") }
      weight = scale.map { Float($0) }
      bias = try numbers("offset")?.map { Float($0) } ?? [Float](repeating: 0, count: channels)
    } else {
      try requireChannels(layer, input)
      guard layer.config.flag("invert") != true else { throw problem(layer, "it is inverted") }
      let mean = try numbers("mean") ?? vector("mean", 0, of: layer, count: channels)
      let variance = try numbers("variance") ?? vector("variance", 1, of: layer, count: channels)
      let factors = variance.map { 1 / max(max($0, 0).squareRoot(), 1e-7) }
      weight = factors.map { Float($0) }
      bias = zip(mean, factors).map { Float(-$0 * $1) }
    }
    parameters["\(layer.name).weight"] = Tensor(shape: [channels], values: weight)
    parameters["\(layer.name).bias"] = Tensor(shape: [channels], values: bias)
    return try append(layer.name, .scale, [input], shape: input.shape)
  }

  private func vector(
    _ role: String, _ index: Int, of layer: KerasLayer, count: Int
  ) throws -> [Double] {
    try weight(role, index, of: layer, shape: [count]).map { Double($0) }
  }

  private func requireChannels(_ layer: KerasLayer, _ input: Value) throws {
    let axis =
      layer.config.list("axis")?.compactMap(KerasConfig.integer)
      ?? [layer.config.integer("axis") ?? -1]
    let wanted = input.isVector || !isChannelsLast ? 1 : 3
    let isLast = input.isVector || isChannelsLast
    guard axis.count == 1, axis[0] == wanted || (axis[0] == -1 && isLast) else {
      throw problem(layer, "it works along the axes \(axis.prefix(4)), which are not the channels")
    }
  }

  private static func flatNumbers(_ value: Any, depth: Int) -> [Double] {
    guard depth < 8, let items = value as? [Any] else {
      return KerasConfig.number(value).map { [$0] } ?? []
    }
    return items.flatMap { flatNumbers($0, depth: depth + 1) }
  }
}
