internal import Foundation

extension RegionPerturbation {
  /// A rectangle of pixels.
  struct Patch {
    let rows: Range<Int>
    let columns: Range<Int>
  }

  /// All patches in reading order.
  func patchGrid(_ shape: Shape) -> [Patch] {
    guard patch >= 1 else { return [] }
    return stride(from: 0, to: shape.height, by: patch).flatMap { top in
      stride(from: 0, to: shape.width, by: patch).map { left in
        Patch(
          rows: top..<min(shape.height, top + patch), columns: left..<min(shape.width, left + patch)
        )
      }
    }
  }

  /// Positions of patches in the order in which they go: by mean relevance, ties in reading order.
  func ordered(_ patches: [Patch], heat: [Float], width: Int, sample: Int) -> [Int] {
    let means = patches.map { patch in
      var sum = 0.0
      for row in patch.rows {
        for column in patch.columns { sum += Double(heat[row * width + column]) }
      }
      return sum / Double(patch.rows.count * patch.columns.count)
    }
    switch order {
    case .mostRelevantFirst: return means.indices.sorted { (means[$0], $1) > (means[$1], $0) }
    case .leastRelevantFirst: return means.indices.sorted { (means[$0], $0) < (means[$1], $1) }
    case .random(let seed):
      var stream = RandomStream(
        seed: seed, RandomStream.key("region perturbation"), UInt64(sample))
      return stream.permutation(patches.count)
    }
  }

  /// What stands in for removed pixels, for every pixel of every sample.
  func substitutes(of inputs: Activation) -> Activation {
    switch replacement {
    case .channelMean: channelMeans(of: inputs)
    case .blur(let deviation): blurred(inputs, deviation: max(deviation, 0))
    }
  }

  /// Copies the pixels of a patch from the substitute.
  func replace(
    _ patch: Patch, of sample: Int, in inputs: inout Activation, by substitute: Activation
  ) {
    let shape = inputs.shape
    for row in patch.rows {
      let first = sample * shape.count + row * shape.width * shape.channels
      let left = first + patch.columns.lowerBound * shape.channels
      let right = first + patch.columns.upperBound * shape.channels
      for place in left..<right { inputs.values[place] = substitute.values[place] }
    }
  }

  private func channelMeans(of inputs: Activation) -> Activation {
    let shape = inputs.shape
    var result = inputs
    for sample in 0..<inputs.samples {
      for channel in 0..<shape.channels {
        let places = stride(
          from: sample * shape.count + channel, to: (sample + 1) * shape.count,
          by: shape.channels)
        let mean = places.reduce(0.0) { $0 + Double(inputs.values[$1]) } / Double(shape.pixels)
        for place in places { result.values[place] = Float(mean) }
      }
    }
    return result
  }

  /// A separable Gaussian, cut at three deviations, normalised at the border.
  private func blurred(_ inputs: Activation, deviation: Double) -> Activation {
    let radius = Int(min(3 * deviation, 1000).rounded(.up))
    let weights = (-radius...radius).map { offset in
      deviation > 0 ? exp(-Double(offset * offset) / (2 * deviation * deviation)) : 1
    }
    let shape = inputs.shape
    let rowStride = shape.width * shape.channels
    let vertical = filtered(
      inputs.values, weights, step: rowStride, side: shape.height,
      position: { $0 % shape.count / rowStride })
    return Activation(
      samples: inputs.samples, shape: shape,
      values: filtered(
        vertical, weights, step: shape.channels, side: shape.width,
        position: { $0 % rowStride / shape.channels }))
  }

  private func filtered(
    _ values: [Float], _ weights: [Double], step: Int, side: Int, position: (Int) -> Int
  ) -> [Float] {
    let radius = weights.count / 2
    return values.indices.map { place in
      let at = position(place)
      var (sum, total) = (0.0, 0.0)
      for offset in max(-radius, -at)...min(radius, side - 1 - at) {
        sum += weights[offset + radius] * Double(values[place + offset * step])
        total += weights[offset + radius]
      }
      return Float(sum / total)
    }
  }
}

extension ForwardPass {
  /// The probabilities of the classes: the last layer, through a softmax unless it is one.
  func probabilities(of input: Activation) throws -> Activation {
    let last = try output(input)
    guard last.shape.pixels == 1 else {
      throw NetworkError(.graph, "the network ends in \(last.shape), not in a vector of classes")
    }
    if graph.nodes.last(where: { $0.isLayer })?.operation == .softmax { return last }
    return Activation(
      samples: last.samples, shape: last.shape,
      values: Softmax.probabilities(last.values, classes: last.shape.channels))
  }
}
