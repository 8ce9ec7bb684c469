/// One batch on its way forward and back.
final class RelevancePass {
  let workers: Workers
  private let plan: Plan
  private let steps: [RelevanceStep]
  private let samples: Int
  // By slot; several slots may share one buffer.
  private var values: [FloatBuffer?]

  init(plan: Plan, steps: [RelevanceStep], samples: Int, workers: Workers) {
    self.plan = plan
    self.steps = steps
    self.samples = samples
    self.workers = workers
    values = Array(repeating: nil, count: plan.nodes.count + 1)
  }

  /// Computes and remembers all values up to the logits.
  func forward(_ inputs: Activation) {
    values[0] = FloatBuffer(inputs.values)
    for index in steps.indices {
      let inputs = plan.nodes[index].inputs.compactMap { values[$0] }
      values[index + 1] = compute(index, inputs)
    }
  }

  /// The logits.
  func logits() -> Activation {
    let shape = plan.graph.shapes[steps.count - 1]
    let count = samples * shape.count
    return Activation(
      samples: samples, shape: shape, values: values[steps.count]?.values(count) ?? [])
  }

  /// Hands relevance back from the logits to the input.
  ///
  /// - Parameters:
  ///   - start: Relevance of the logits; used up.
  ///   - visit: Called with every node whose output has all its relevance, last first; it may
  ///     change what goes on.
  /// - Returns: Relevance of the input.
  /// - Throws: Whatever `visit` throws.
  func backward(
    _ start: FloatBuffer, visit: (_ node: Int, _ relevance: FloatBuffer) throws -> Void
  ) rethrows -> FloatBuffer {
    var slots = [FloatBuffer?](repeating: nil, count: values.count)
    slots[steps.count] = start
    for index in steps.indices.reversed() {
      defer { values[index + 1] = nil }
      guard let relevance = slots[index + 1] else { continue }
      slots[index + 1] = nil
      try visit(index, relevance)
      for (slot, part) in zip(plan.nodes[index].inputs, propagate(index, relevance)) {
        if let part { contribute(part, to: slot, &slots) }
      }
    }
    if let input = slots[0] { return input }
    let nothing = FloatBuffer(count: samples * plan.graph.input.count)
    nothing.start.update(repeating: 0, count: nothing.count)
    return nothing
  }

  private func contribute(_ part: FloatBuffer, to slot: Int, _ slots: inout [FloatBuffer?]) {
    guard let sum = slots[slot] else {
      slots[slot] = part
      return
    }
    let shape = slot == 0 ? plan.graph.input : plan.graph.shapes[slot - 1]
    workers.forEachRange(of: samples * shape.count) { range in
      Elementwise.add(part.start, to: sum.start, range)
    }
  }

  private func compute(_ index: Int, _ inputs: [FloatBuffer]) -> FloatBuffer {
    let planned = plan.nodes[index]
    let x = inputs[0]
    let count = samples * planned.output.count
    if case .pass = steps[index] { return x }
    if case .relu = steps[index], planned.isDone, case .affine = steps[planned.inputs[0] - 1] {
      return x
    }
    if case .affine(let step) = steps[index] {
      return step.weights.forward(
        x, bias: step.bias, finish: Finish(rectified: step.isRectified), samples: samples,
        workers: workers)
    }
    let y = planned.isInPlace ? x : FloatBuffer(count: count)
    switch steps[index] {
    case .pooling(let pooling):
      pooling.forward(x.start, into: y.start, samples: samples, workers: workers)
    case .flatten: planned.flatten(x.start, into: y.start, samples: samples)
    case .relu:
      workers.forEachRange(of: count) { range in
        let part = y.start + range.lowerBound
        if !planned.isInPlace {
          part.update(from: x.start + range.lowerBound, count: range.count)
        }
        Elementwise.rectify(part, range.count)
      }
    case .channelMap(let map, _): map.apply(x, into: y, pixels: count / map.scale.count, workers)
    case .add:
      workers.forEachRange(of: count) { range in
        for place in range { y.start[place] = x.start[place] + inputs[1].start[place] }
      }
    case .border(let border):
      border.forward(x.start, into: y.start, samples: samples, workers: workers)
    case .concat(let concatenation):
      concatenation.forward(
        inputs.map { UnsafePointer($0.start) }, into: y.start, samples: samples, workers: workers)
    case .function(let function):
      workers.forEachRange(of: count) { function.apply(x.start, into: y.start, $0) }
    case .multiply(let product, _):
      product.forward(
        signal: inputs[product.signal].start, gate: inputs[product.gate].start, into: y.start,
        samples: samples, workers: workers)
    case .affine, .pass: break
    }
    return y
  }

  /// The relevance of a node's inputs, in their order, nil for none; uses up that of its output.
  private func propagate(_ index: Int, _ relevance: FloatBuffer) -> [FloatBuffer?] {
    let planned = plan.nodes[index]
    let inputs = planned.inputs.compactMap { values[$0] }
    switch steps[index] {
    case .affine(let step):
      return [step.rule.propagate(relevance, to: inputs[0], samples: samples, workers: workers)]
    case .pass, .relu, .function: return [relevance]
    case .pooling(let pooling):
      guard let output = values[index + 1] else { return [] }
      return [pooling.propagate(relevance, x: inputs[0], y: output, samples, workers)]
    case .flatten:
      let parted = FloatBuffer(count: samples * planned.input.count)
      for sample in 0..<samples {
        Transpose.matrix(
          relevance.start + sample * planned.output.count, rows: planned.input.channels,
          columns: planned.input.pixels, into: parted.start + sample * planned.input.count)
      }
      return [parted]
    case .channelMap(let map, let keepsShift):
      map.propagate(
        relevance, to: inputs[0], pixels: samples * planned.output.pixels,
        keepsShift: keepsShift, workers)
      return [relevance]
    case .add: return share(relevance, inputs, count: samples * planned.output.count)
    case .border(let border):
      let inside = FloatBuffer(count: samples * border.input.count)
      border.crop(relevance.start, into: inside.start, samples: samples, workers: workers)
      return [inside]
    case .concat(let concatenation):
      return concatenation.channels.enumerated().map { place, channels in
        let part = FloatBuffer(count: samples * concatenation.pixels * channels)
        concatenation.part(
          place, of: relevance.start, into: part.start, samples: samples, workers: workers)
        return part
      }
    case .multiply(_, let signal): return signal == 0 ? [relevance] : [nil, relevance]
    }
  }

  /// Relevance of a sum goes to its summands in proportion: R_a = a·R / stab(a + b).
  private func share(
    _ relevance: FloatBuffer, _ inputs: [FloatBuffer], count: Int
  ) -> [FloatBuffer] {
    let (a, b) = (inputs[0].start, inputs[1].start)
    let second = FloatBuffer(count: count)
    workers.forEachRange(of: count) { range in
      for place in range {
        let sum = a[place] + b[place]
        let part = relevance.start[place] / (sum < 0 ? sum - 1e-6 : sum + 1e-6)
        relevance.start[place] = a[place] * part
        second.start[place] = b[place] * part
      }
    }
    return [relevance, second]
  }
}
