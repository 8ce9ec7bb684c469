/// A network whose parameters move: a forward pass that remembers, and the way back.
///
/// Nodes before the first trainable one run as at inference: their batch norm uses and keeps its
/// running statistics, their dropout is off, and nothing of them is remembered.
final class TrainingNetwork {
  /// How a forward pass treats the trainable nodes.
  enum Mode {
    /// Running statistics, no dropout.
    case inference
    /// Batch statistics, and dropout drawn from this seed and these keys.
    case training(seed: UInt64, epoch: Int, step: Int)
  }

  let plan: Plan
  /// The first node to compute.
  let start: Int
  /// The first node whose parameters get gradients; the number of nodes if none does.
  let firstTrainable: Int
  /// The first slot that gets a gradient.
  let firstGradientSlot: Int
  /// The slot of the logits: the last node's, or what it reads if it is a softmax.
  let outputSlot: Int
  /// Parameters of the nodes from `start` on.
  let parameters: [NodeParameters?]
  /// Gradients of the learnt nodes from `firstTrainable` on.
  let gradients: [NodeGradients?]
  let workers: Workers
  let pool = BufferPool()

  // What the last forward pass left, by slot or by node.
  var values: [FloatBuffer?]
  var statistics: [(values: BatchNormalisation.Statistics, ofBatch: Bool)?]
  var masks: [FloatBuffer?]
  private var samples = 0
  // Slots that the backward pass reads: what it goes through, and what enters there.
  private let isRemembered: [Bool]

  /// A network that computes from node `start` on.
  ///
  /// - Parameters:
  ///   - plan: The network.
  ///   - parameters: All that the graph needs, checked.
  ///   - start: The first node to compute.
  ///   - firstTrainable: The first node whose parameters get gradients.
  ///   - gradientSlot: The first slot that gets a gradient, by default the output of the first
  ///     trainable node.
  ///   - threads: Threads to use.
  init(
    _ plan: Plan, parameters: Parameters, start: Int, firstTrainable: Int,
    gradientSlot: Int? = nil, threads: Int
  ) {
    self.plan = plan
    self.start = start
    self.firstTrainable = firstTrainable
    firstGradientSlot = gradientSlot ?? firstTrainable + 1
    let last = plan.nodes.count - 1
    outputSlot =
      plan.graph.nodes[last].operation == .softmax ? plan.nodes[last].inputs[0] : last + 1
    self.parameters = plan.nodes.indices.map {
      $0 < start ? nil : NodeParameters(plan.nodes[$0], from: parameters)
    }
    gradients = zip(plan.nodes.indices, self.parameters).map { index, parameters in
      index < firstTrainable ? nil : parameters.flatMap { NodeGradients($0) }
    }
    workers = Workers(count: threads, staysAwake: true)
    let firstBackward = min(firstTrainable, firstGradientSlot)
    let entries = Set(plan.nodes[firstBackward...].flatMap(\.inputs))
    isRemembered = (0...plan.nodes.count).map { $0 > firstBackward || entries.contains($0) }
    values = Array(repeating: nil, count: plan.nodes.count + 1)
    statistics = Array(repeating: nil, count: plan.nodes.count)
    masks = Array(repeating: nil, count: plan.nodes.count)
  }

  /// Computes the logits of a batch; they stay valid until the next forward pass.
  ///
  /// - Parameters:
  ///   - input: What enters the first node computed, of the shape the plan has checked.
  ///   - node: The first node to compute, `start` if nil; else `firstTrainable`, with `frozenOutput`
  ///     of an earlier pass for its input.
  ///   - mode: How to treat the trainable nodes.
  /// - Returns: [samples, classes].
  func forward(_ input: Activation, from node: Int? = nil, mode: Mode) -> FloatBuffer {
    let start = node ?? start
    forgetValues()
    samples = input.samples
    let entry = pool.take(input.values.count)
    input.values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { entry.start.update(from: base, count: source.count) }
    }
    values[start] = entry
    var remaining = plan.readers
    for index in start..<outputSlot {
      compute(index, mode: mode)
      for slot in plan.nodes[index].inputs {
        remaining[slot] -= 1
        if remaining[slot] == 0, !isRemembered[slot] { forget(slot) }
      }
    }
    guard let output = values[outputSlot] else {
      preconditionFailure("the range of nodes has been checked to reach the output")
    }
    return output
  }

  /// The shape of what the trainable nodes see of the frozen ones; nil if they see more than the
  /// output of the last one, or if none is frozen.
  var frozenShape: Shape? {
    guard start < firstTrainable, firstTrainable < outputSlot,
      plan.nodes[firstTrainable..<outputSlot].allSatisfy({ planned in
        planned.inputs.allSatisfy { $0 >= firstTrainable }
      })
    else { return nil }
    return plan.nodes[firstTrainable].input
  }

  /// What the last forward pass gave the trainable nodes, [samples, frozenShape].
  var frozenOutput: FloatBuffer? { values[firstTrainable] }

  /// Has to be said when the trainable parameters were written to.
  func weightsChanged() {
    for index in plan.nodes.indices where index >= firstTrainable {
      parameters[index]?.weightChanged()
    }
  }

  /// Samples of the last forward pass.
  var batch: Int { samples }

  /// The first node that the backward pass looks at.
  var firstBackward: Int { min(firstTrainable, firstGradientSlot) }

  private func compute(_ index: Int, mode: Mode) {
    let planned = plan.nodes[index]
    guard let first = values[planned.inputs[0]], let parameters = parameters[index] else { return }
    let output: FloatBuffer
    if planned.isInPlace {
      output = first
      values[planned.inputs[0]] = nil
    } else {
      output = pool.take(samples * planned.output.count)
    }
    values[index + 1] = output
    if case .training(let seed, let epoch, let step) = mode, index >= firstTrainable {
      switch planned.kernel {
      case .batchNorm(let norm):
        return normalise(index, norm, first, parameters, into: output)
      case .dropout(let probability):
        let mask = drawMask(
          index, probability: probability,
          RandomStream(
            seed: seed, RandomStream.key("dropout"), UInt64(epoch), UInt64(step), UInt64(index)))
        for place in 0..<samples * planned.output.count {
          output.start[place] = first.start[place] * mask.start[place]
        }
        return
      default: break
      }
    }
    if case .batchNorm(let norm) = planned.kernel, let running = parameters.running {
      let values = norm.statistics(
        runningMean: running.mean.start, runningVariance: running.variance.start)
      statistics[index] = (values, false)
    }
    if case .scale(let scale) = planned.kernel { statistics[index] = (scale.identity, false) }
    let inputs = planned.inputs.map { UnsafePointer((values[$0] ?? first).start) }
    planned.infer(
      inputs, parameters: parameters, into: output.start, samples: samples, workers: workers)
  }

  private func normalise(
    _ index: Int, _ norm: BatchNormalisation, _ input: FloatBuffer, _ parameters: NodeParameters,
    into output: FloatBuffer
  ) {
    guard let running = parameters.running, let weight = parameters.weight else { return }
    let values = norm.statistics(
      ofBatch: input.start, samples: samples, runningMean: running.mean.start,
      runningVariance: running.variance.start, workers: workers)
    statistics[index] = (values, true)
    norm.forward(
      input.start, statistics: values, weight: weight.start, bias: parameters.bias?.start,
      rectified: plan.nodes[index].isRectified, into: output.start, samples: samples,
      workers: workers)
  }

  private func drawMask(
    _ index: Int, probability: Double, _ stream: consuming RandomStream
  ) -> FloatBuffer {
    let count = samples * plan.nodes[index].output.count
    let mask = pool.take(count)
    let scale = Float(1 / (1 - probability))
    for place in 0..<count { mask.start[place] = stream.chance(probability) ? 0 : scale }
    masks[index] = mask
    return mask
  }

  private func forget(_ slot: Int) {
    if let buffer = values[slot] { pool.giveBack(buffer) }
    values[slot] = nil
  }

  private func forgetValues() {
    for slot in values.indices { forget(slot) }
    for index in masks.indices {
      if let mask = masks[index] { pool.giveBack(mask) }
      masks[index] = nil
    }
  }
}

/// Where the gradients of a node's parameters are summed, packed like the parameters.
final class NodeGradients {
  let weight: FloatBuffer
  let bias: FloatBuffer

  /// Memory for the gradients of these parameters, nil if there are none.
  init?(_ parameters: NodeParameters) {
    guard let weight = parameters.weight else { return nil }
    self.weight = FloatBuffer(count: weight.count)
    bias = FloatBuffer(count: parameters.outputs)
  }
}
