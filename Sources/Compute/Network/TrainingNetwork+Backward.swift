extension TrainingNetwork {
  /// Carries the gradient of the logits back and fills `gradients`.
  ///
  /// - Parameters:
  ///   - outputGradient: [samples, classes]; given away to the network.
  ///   - wanted: A slot whose gradient to return.
  /// - Returns: The gradient of the wanted slot, [samples, shape].
  @discardableResult
  func backward(_ outputGradient: FloatBuffer, gradientOf wanted: Int? = nil) -> FloatBuffer? {
    var slots = [FloatBuffer?](repeating: nil, count: values.count)
    slots[outputSlot] = outputGradient
    for index in stride(from: outputSlot - 1, through: firstBackward, by: -1) {
      guard index + 1 != wanted, let dy = slots[index + 1] else { continue }
      slots[index + 1] = nil
      for (slot, gradient) in inputGradients(of: index, dy) {
        contribute(gradient, to: slot, &slots)
      }
    }
    return wanted.flatMap { slots[$0] }
  }

  private func contribute(
    _ gradient: FloatBuffer, to slot: Int, _ slots: inout [FloatBuffer?]
  ) {
    guard let sum = slots[slot] else {
      slots[slot] = gradient
      return
    }
    let shape = slot == 0 ? plan.graph.input : plan.graph.shapes[slot - 1]
    workers.forEachRange(of: batch * shape.count) { range in
      Elementwise.add(gradient.start, to: sum.start, range)
    }
    pool.giveBack(gradient)
  }

  /// Gradients of a node's inputs that want one, from the gradient of its output, which it uses up.
  private func inputGradients(
    of index: Int, _ dy: FloatBuffer
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let planned = plan.nodes[index]
    let slot = planned.inputs[0]
    let isWanted = slot >= firstGradientSlot
    let count = batch * planned.output.count
    switch planned.kernel {
    case .convolution(let convolution):
      return convolve(index, convolution, dy, isWanted: isWanted)
    case .dense(let dense):
      return affine(index, dense, dy, isWanted: isWanted)
    case .batchNorm(let norm), .scale(let norm):
      normalise(index, norm, dy)
    case .pooling(let pooling):
      return isWanted ? pool(index, pooling, dy) : drop(dy)
    case .relu:
      // A batch norm that rectified looks at its output itself.
      if planned.isDone, case .batchNorm = plan.nodes[slot - 1].kernel { break }
      guard let output = values[index + 1] else { break }
      workers.forEachRange(of: count) { range in
        Elementwise.maskGradient(dy.start, output: output.start, range)
      }
    case .dropout:
      if let mask = masks[index] {
        for place in 0..<count { dy.start[place] *= mask.start[place] }
      }
    case .flatten:
      let dx = self.pool.take(count)
      for sample in 0..<batch {
        Transpose.matrix(
          dy.start + sample * planned.output.count, rows: planned.input.channels,
          columns: planned.input.pixels, into: dx.start + sample * planned.output.count)
      }
      self.pool.giveBack(dy)
      return isWanted ? [(slot, dx)] : drop(dx)
    case .softmax:
      guard let output = values[index + 1] else { break }
      let channels = planned.output.channels
      for row in 0..<count / channels {
        Softmax.gradient(
          probabilities: output.start + row * channels, dy.start + row * channels, channels)
      }
    case .add:
      let wanted = planned.inputs.filter { $0 >= firstGradientSlot }
      guard wanted.count == 2 else { return wanted.first.map { [($0, dy)] } ?? drop(dy) }
      let copy = self.pool.take(count)
      copy.start.update(from: dy.start, count: count)
      return [(wanted[0], dy), (wanted[1], copy)]
    case .function(let function):
      guard isWanted, let x = values[slot] else { break }
      workers.forEachRange(of: count) {
        function.multiplyByDerivative(dy.start, at: x.start, $0)
      }
    case .border(let border): return crop(index, border, dy)
    case .concat(let concatenation): return part(index, concatenation, dy)
    case .multiply(let product): return multiply(index, product, dy)
    }
    return isWanted ? [(slot, dy)] : drop(dy)
  }

  /// Gives a gradient back that nobody wants.
  func drop(_ buffer: FloatBuffer) -> [(slot: Int, gradient: FloatBuffer)] {
    pool.giveBack(buffer)
    return []
  }

  private func convolve(
    _ index: Int, _ convolution: Convolution, _ dy: FloatBuffer, isWanted: Bool
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let slot = plan.nodes[index].inputs[0]
    if let gradient = gradients[index], let x = values[slot] {
      let partial = pool.take(convolution.partialCount(samples: batch))
      convolution.weightGradient(
        x.start, dy.start, dWeights: gradient.weight.start, dBias: gradient.bias.start,
        samples: batch, partial: partial.start, workers: workers)
      pool.giveBack(partial)
    }
    guard isWanted, let weight = parameters[index]?.weight else { return drop(dy) }
    let arranged = pool.take(convolution.arrangedBackCount)
    convolution.arrangeBack(weight.start, into: arranged.start, workers: workers)
    let dx = pool.take(batch * convolution.input.count)
    convolution.dataGradient(
      dy.start, weights: arranged.start, into: dx.start, samples: batch, workers: workers)
    pool.giveBack(arranged)
    pool.giveBack(dy)
    return [(slot, dx)]
  }

  private func affine(
    _ index: Int, _ dense: Dense, _ dy: FloatBuffer, isWanted: Bool
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let slot = plan.nodes[index].inputs[0]
    if let gradient = gradients[index], let x = values[slot] {
      dense.weightGradient(
        x.start, dy.start, dWeights: gradient.weight.start, dBias: gradient.bias.start,
        samples: batch, workers: workers)
    }
    guard isWanted, let weight = parameters[index]?.weight else { return drop(dy) }
    let dx = pool.take(batch * dense.inputs)
    dense.dataGradient(
      dy.start, weights: weight.start, into: dx.start, samples: batch, workers: workers)
    pool.giveBack(dy)
    return [(slot, dx)]
  }

  private func pool(
    _ index: Int, _ pooling: Pooling, _ dy: FloatBuffer
  ) -> [(slot: Int, gradient: FloatBuffer)] {
    let slot = plan.nodes[index].inputs[0]
    guard let x = values[slot], let y = values[index + 1] else { return drop(dy) }
    let dx = pool.take(batch * pooling.input.count)
    pooling.gradient(
      x: x.start, y: y.start, dy: dy.start, into: dx.start, samples: batch, workers: workers)
    pool.giveBack(dy)
    return [(slot, dx)]
  }

  private func normalise(_ index: Int, _ norm: BatchNormalisation, _ dy: FloatBuffer) {
    guard let x = values[plan.nodes[index].inputs[0]], let statistics = statistics[index],
      let weight = parameters[index]?.weight
    else { return }
    let sums = gradients[index]
    let (dWeight, dBias) = (
      sums?.weight ?? pool.take(norm.shape.channels), sums?.bias ?? pool.take(norm.shape.channels)
    )
    norm.gradient(
      x: x.start, dy: dy.start, statistics: statistics.values, ofBatch: statistics.ofBatch,
      weight: weight.start, bias: parameters[index]?.bias?.start,
      rectified: plan.nodes[index].isRectified, dWeight: dWeight.start, dBias: dBias.start,
      samples: batch, workers: workers)
    if sums == nil {
      pool.giveBack(dWeight)
      pool.giveBack(dBias)
    }
  }
}
