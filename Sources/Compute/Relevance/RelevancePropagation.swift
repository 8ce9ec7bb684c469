/// Layer-wise relevance propagation through a network, prepared once.
///
/// The method is that of Bach et al. (2015).
/// A sample's relevance has the same bits whatever the number of threads and of samples in the
/// batch, and whatever the others are.
/// Batch norm is merged into the layer before it, in a copy of the weights, so that logits may
/// differ from a stored forward pass in their last bits. Memory follows the batch: all activations
/// are held until relevance has passed them.
public final class RelevancePropagation: @unchecked Sendable {
  // Unchecked because buffers are pointers; they are written in `init` and only read afterwards.
  private let plan: Plan
  private let steps: [RelevanceStep]
  private let threads: Int
  private let classes: Int

  /// The name of the kernels that compute relevance, part of the key of what is stored.
  public static let kernelPath = Numerics.fast.kernelPath

  /// The network.
  public var graph: Graph { plan.graph }
  /// The rules.
  public let composite: RelevanceComposite

  /// Prepares the rules of all layers.
  ///
  /// - Parameters:
  ///   - graph: The network; a last softmax is stripped.
  ///   - parameters: At least the parameters that the graph needs.
  ///   - composite: Which rule each layer follows.
  ///   - bias: What becomes of biases in denominators.
  ///   - inputRange: Lowest and highest input a channel, which ZBox needs.
  ///   - threads: Threads to use in every run.
  /// - Throws: `NetworkError` if a parameter is missing or misshapen, a rule cannot be applied, or
  ///   the network does not end in one vector of logits.
  public convenience init(
    graph: Graph, parameters: Parameters, composite: RelevanceComposite = .epsilonPlusFlat,
    bias: RelevanceBias = .keep, inputRange: InputRange? = nil, threads: Int = 1
  ) throws {
    try self.init(
      graph: graph, parameters: parameters,
      rules: RelevanceRules(
        composite: composite, bias: bias, range: inputRange, threads: threads),
      threads: threads)
  }

  init(graph: Graph, parameters: Parameters, rules: RelevanceRules, threads: Int) throws {
    try graph.check(parameters)
    let plan = Plan(graph)
    let slot = plan.logitSlot
    let output = slot == 0 ? graph.input : graph.shapes[slot - 1]
    guard slot > 0, output.pixels == 1 else {
      throw NetworkError(
        .graph, "relevance starts at a vector of logits; this network ends in \(output)")
    }
    self.plan = plan
    self.threads = threads
    composite = rules.composite
    classes = output.channels
    steps = try rules.steps(of: plan, parameters: parameters)
  }

  /// Explains a batch.
  ///
  /// - Parameters:
  ///   - inputs: The input of the network; 8 samples fill the kernels.
  ///   - targets: Where relevance starts, one a sample.
  ///   - request: What to give beside the relevance of the input.
  ///   - visit: Called with the relevance of the layers in `request.maps`, from the logits down.
  /// - Returns: Relevance of the input, sums of all named layers, and the logits.
  /// - Throws: `NetworkError` if inputs, targets or the request do not fit the network; whatever
  ///   `visit` throws.
  public func run(
    _ inputs: Activation, targets: [RelevanceTarget],
    request: RelevanceRequest = RelevanceRequest(), visit: (LayerOutput) throws -> Void = { _ in }
  ) throws -> RelevanceResult {
    try check(inputs, targets, request)
    let pass = RelevancePass(
      plan: plan, steps: steps, samples: inputs.samples, workers: Workers(count: threads))
    pass.forward(inputs)
    let logits = pass.logits()
    let start = starting(logits, targets)
    var layers: [LayerRelevance] = []
    let relevance = try pass.backward(start.relevance) { index, relevance in
      let node = graph.nodes[index]
      let shape = graph.shapes[index]
      let sums = RelevanceSums(shape: shape, samples: inputs.samples)
      if let channels = request.channelMasks[node.name] {
        sums.keep(channels, of: relevance, workers: pass.workers)
      }
      guard node.isLayer else { return }
      let ordinal = graph.nodes[..<index].count { $0.isLayer }
      layers.append(
        LayerRelevance(
          name: node.name, ordinal: ordinal, sums: sums.samples(of: relevance),
          channelSums: request.channelSums.contains(node.name)
            ? sums.channels(of: relevance) : []))
      guard request.maps.contains(node.name) else { return }
      let map = Activation(
        samples: inputs.samples, shape: shape,
        values: relevance.values(inputs.samples * shape.count))
      try visit(LayerOutput(name: node.name, ordinal: ordinal, activation: map))
    }
    return RelevanceResult(
      input: Activation(
        samples: inputs.samples, shape: graph.input, values: relevance.values(inputs.values.count)),
      inputSums: RelevanceSums(shape: graph.input, samples: inputs.samples).samples(of: relevance),
      starts: start.sums, logits: logits, layers: layers)
  }

  private func starting(
    _ logits: Activation, _ targets: [RelevanceTarget]
  ) -> (relevance: FloatBuffer, sums: [Double]) {
    var values = [Float](repeating: 0, count: logits.values.count)
    var sums: [Double] = []
    for (sample, target) in targets.enumerated() {
      let row = sample * classes
      switch target {
      case .logit(let index):
        values[row + index] = logits.values[row + index]
        sums.append(Double(logits.values[row + index]))
      case .difference(let first, let second):
        values[row + first] += logits.values[row + first]
        values[row + second] -= logits.values[row + second]
        sums.append(Double(logits.values[row + first]) - Double(logits.values[row + second]))
      }
    }
    return (FloatBuffer(values), sums)
  }

  private func check(
    _ inputs: Activation, _ targets: [RelevanceTarget], _ request: RelevanceRequest
  ) throws {
    guard inputs.shape == graph.input, targets.count == inputs.samples else {
      throw NetworkError(
        .input,
        "relevance of this network needs inputs of \(graph.input) and a target for each, not"
          + " \(inputs.samples) of \(inputs.shape) with \(targets.count) targets")
    }
    for index in targets.flatMap(\.classes) where index < 0 || index >= classes {
      throw NetworkError(
        .input, "there is no class \(index): the network has \(classes), counted from 0")
    }
    for name in request.maps.union(request.channelSums).union(request.channelMasks.keys).sorted() {
      let layer = try graph.layer(named: name)
      let wrong = request.channelMasks[name]?.filter { $0 < 0 || $0 >= layer.shape.channels }.min()
      if let wrong {
        throw NetworkError(
          .input,
          "layer '\(name)' has no channel \(wrong): it has \(layer.shape.channels), counted from 0")
      }
    }
  }
}
