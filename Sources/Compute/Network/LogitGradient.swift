/// The gradient of logits with respect to a layer's activation, as concept sensitivity needs it.
///
/// It computes only what follows the layer, at inference: running statistics, no dropout. Not for
/// use by several threads at once.
public final class LogitGradient {
  private let network: TrainingNetwork
  private let layerShape: Shape
  private let classes: Int

  /// Prepares the part of a network that follows a layer.
  ///
  /// - Parameters:
  ///   - graph: The network; all that comes after the layer must follow from it alone.
  ///   - parameters: At least the parameters that the graph needs.
  ///   - layer: The layer whose gradient is wanted, such as `conv5_3`.
  ///   - threads: Threads to use.
  /// - Throws: `NetworkError` if a layer or parameter is missing, or the graph cannot be cut there.
  public init(graph: Graph, parameters: Parameters, layer: String, threads: Int = 1) throws {
    try graph.check(parameters)
    let plan = Plan(graph, .fast)
    layerShape = try graph.layer(named: layer).shape
    let start = try plan.range(after: layer, until: nil, input: layerShape).lowerBound
    network = TrainingNetwork(
      plan, parameters: parameters, start: start, firstTrainable: plan.nodes.count,
      gradientSlot: start, threads: threads)
    classes = graph.shapes[network.outputSlot - 1].channels
    guard network.outputSlot > start, graph.shapes[network.outputSlot - 1].pixels == 1 else {
      throw NetworkError(.input, "nothing but a softmax follows '\(layer)', or no classes come out")
    }
  }

  /// The gradient of Σ weights · logits, for every sample on its own.
  ///
  /// - Parameters:
  ///   - weights: [samples, classes]; 1 for the logit of interest and 0 elsewhere, or a difference.
  ///   - activation: The layer's activation.
  /// - Returns: The gradient, of the shape of the activation.
  /// - Throws: `NetworkError` if a shape does not fit.
  public func gradient(of weights: [Float], at activation: Activation) throws -> Activation {
    guard activation.shape == layerShape, weights.count == activation.samples * classes else {
      throw NetworkError(
        .input,
        "the gradient needs activations of \(layerShape) with \(classes) weights a sample, not"
          + " \(activation.samples) of \(activation.shape) with \(weights.count) weights in all")
    }
    _ = network.forward(activation, mode: .inference)
    let start = network.pool.take(weights.count)
    weights.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { start.start.update(from: base, count: source.count) }
    }
    let gradient = network.backward(start, gradientOf: network.start)
    defer { if let gradient { network.pool.giveBack(gradient) } }
    let count = activation.values.count
    return Activation(
      samples: activation.samples, shape: layerShape,
      values: gradient?.values(count) ?? Array(repeating: 0, count: count))
  }
}
