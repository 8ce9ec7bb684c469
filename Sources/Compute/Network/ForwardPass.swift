/// One named layer of a batch, as a forward pass yields it.
public struct LayerOutput: Sendable {
  /// The layer's name.
  public let name: String
  /// The layer's position among the named layers, from 0.
  public let ordinal: Int
  /// What it says.
  public let activation: Activation
}

/// A network ready to run: graph and parameters, arranged for computing once.
///
/// A sample's result has the same bits whatever the number of threads and of samples in the batch,
/// and whatever the others are.
/// Dropout is off and batch norm uses its running statistics, which are never folded into weights.
public final class ForwardPass: @unchecked Sendable {
  // Unchecked because buffers are pointers; they are written in `init` and only read afterwards.
  private let plan: Plan
  private let taken: [Int: Plan.TakenPooling]
  /// Of the nodes from `first` on.
  private let parameters: [NodeParameters]
  private let first: Int
  private let threads: Int

  /// The network.
  public var graph: Graph { plan.graph }

  /// Arranges the parameters of a graph for computing.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - parameters: At least the parameters that the graph needs.
  ///   - numerics: How convolutions are computed.
  ///   - threads: Threads to use in every run.
  /// - Throws: `NetworkError` if a parameter is missing or misshapen.
  public convenience init(
    graph: Graph, parameters: Parameters, numerics: Numerics = .fast, threads: Int = 1
  ) throws {
    try self.init(graph: graph, numerics: numerics, threads: threads) { parameters[$0] }
  }

  /// Arranges the parameters of what comes after a layer, loading one node at a time: memory holds
  /// the arranged weights and those of one node as they are stored.
  ///
  /// - Parameters:
  ///   - graph: The network.
  ///   - layer: The layer after which every run starts, nil for the beginning.
  ///   - numerics: How convolutions are computed.
  ///   - threads: Threads to use in every run.
  ///   - load: Gives the tensor of a name; nil where there is none.
  /// - Throws: `NetworkError` if the layer is unknown, or a parameter is missing or misshapen;
  ///   whatever `load` throws.
  public init(
    graph: Graph, after layer: String? = nil, numerics: Numerics, threads: Int,
    load: (String) throws -> Tensor?
  ) throws {
    let plan = Plan(graph, numerics)
    self.plan = plan
    taken = plan.takenPoolings()
    first = try graph.firstNode(after: layer)
    self.threads = threads
    let workers = Workers(count: threads)
    parameters = try plan.nodes[first...].map { planned in
      var own = Parameters()
      for (name, _) in graph.parameterShapes(of: planned.node) { own[name] = try load(name) }
      try graph.check(own, of: planned.node)
      let node = NodeParameters(planned, from: own)
      node.keepArranged(workers: workers)
      return node
    }
  }

  /// Bytes of the arranged weights of what comes after a layer: what a pass keeps in memory.
  ///
  /// - Throws: `NetworkError` if there is no such layer.
  public static func weightBytes(
    of graph: Graph, after layer: String? = nil, numerics: Numerics
  ) throws -> Int {
    let first = try graph.firstNode(after: layer)
    return Plan(graph, numerics).nodes[first...].reduce(0) { sum, planned in
      if case .convolution(let convolution) = planned.kernel {
        return sum + convolution.arrangedCount * MemoryLayout<Float>.stride
      }
      let numbers = graph.parameterShapes(of: planned.node).reduce(0) {
        $0 + $1.shape.reduce(1, *)
      }
      return sum + numbers * MemoryLayout<Float>.stride
    }
  }

  /// Runs a batch and yields one named layer at a time, in order.
  ///
  /// Memory holds what later nodes still read, and what `visit` keeps.
  ///
  /// - Parameters:
  ///   - input: The input of the network, or the activation of `layer` if that is given.
  ///   - layer: The layer after which to start, nil for the beginning. All that comes later must
  ///     follow from this layer alone, and it must not lie before the one given at the start.
  ///   - last: The layer at which to stop, nil for the end.
  ///   - wanted: The layers to yield, nil for all. What is not wanted may never be in memory as a
  ///     whole: pooling then happens in cache. What is yielded has the same bits.
  ///   - visit: Called with every wanted layer after `layer`, up to and including `last`.
  /// - Throws: `NetworkError` if the input does not fit or the graph cannot start or stop there;
  ///   whatever `visit` throws.
  public func run(
    _ input: Activation, after layer: String? = nil, until last: String? = nil,
    only wanted: Set<String>? = nil, visit: (LayerOutput) throws -> Void
  ) throws {
    let range = try plan.range(after: layer, until: last, input: input.shape)
    guard range.lowerBound >= first else {
      throw NetworkError(
        .input, "only what comes after '\(plan.name(ofSlot: first))' was made ready to run")
    }
    let workers = Workers(count: threads)
    var remaining = plan.readers
    var values: [Int: [Float]] = [range.lowerBound: input.values]
    var ordinal = graph.nodes[..<range.lowerBound].count { $0.isLayer }
    // What convolutions have taken along: poolings, and the ReLUs before them.
    var pooled: [Int: [Float]] = [:]
    var passed: Set<Int> = []
    for index in range {
      let planned = plan.nodes[index]
      defer { if planned.node.isLayer { ordinal += 1 } }
      let sources = planned.inputs.compactMap { values[$0] }
      for slot in planned.inputs {
        remaining[slot] -= 1
        if remaining[slot] == 0 { values[slot] = nil }
      }
      if passed.contains(index) { continue }
      let output: [Float]
      if let taken = taken[index], range.contains(taken.pooling) {
        let kept = isYielded(plan.nodes[taken.rectifier ?? index].node, wanted)
        let found = inferPooling(
          index, taken.pooling, sources, keepsMap: kept, samples: input.samples, workers: workers)
        pooled[taken.pooling] = found.pooled
        guard kept else {
          if let rectifier = taken.rectifier { passed.insert(rectifier) }
          continue
        }
        output = found.map
      } else {
        output =
          pooled.removeValue(forKey: index)
          ?? infer(index, sources, samples: input.samples, workers: workers)
      }
      if remaining[index + 1] > 0 { values[index + 1] = output }
      guard isYielded(planned.node, wanted) else { continue }
      let activation = Activation(samples: input.samples, shape: planned.output, values: output)
      try visit(LayerOutput(name: planned.node.name, ordinal: ordinal, activation: activation))
    }
  }

  /// Runs a batch and returns one layer, by default the output of the network.
  ///
  /// - Parameters:
  ///   - input: The input of the network, or the activation of `layer` if that is given.
  ///   - layer: The layer after which to start, nil for the beginning.
  ///   - wanted: The layer to return, nil for the last named one.
  /// - Returns: The activation of that layer.
  /// - Throws: `NetworkError` if the input does not fit or the graph cannot start or stop there.
  public func output(
    _ input: Activation, after layer: String? = nil, of wanted: String? = nil
  ) throws -> Activation {
    var result: Activation?
    let last = wanted ?? graph.nodes.last { $0.isLayer }?.name
    try run(input, after: layer, until: wanted, only: last.map { [$0] }) {
      result = $0.activation
    }
    guard let result else {
      throw NetworkError(.input, "the network has no named layer after '\(layer ?? "its input")'")
    }
    return result
  }

  private func isYielded(_ node: Node, _ wanted: Set<String>?) -> Bool {
    node.isLayer && wanted?.contains(node.name) ?? true
  }

  private func infer(
    _ index: Int, _ sources: consuming [[Float]], samples: Int, workers: Workers
  ) -> [Float] {
    let planned = plan.nodes[index]
    if planned.isDone { return sources[0] }
    if case .dropout = planned.kernel { return sources[0] }
    let count = samples * planned.output.count
    return [Float](unsafeUninitializedCapacity: count) { target, filled in
      defer { filled = count }
      guard let output = target.baseAddress else { return }
      withPointers(to: sources) { pointers in
        if planned.isInPlace { output.update(from: pointers[0], count: count) }
        planned.infer(
          pointers, parameters: parameters[index - first], into: output, samples: samples,
          workers: workers)
      }
    }
  }

  /// What a convolution says, if that is kept, and what the pooling makes of it that it takes along.
  private func inferPooling(
    _ index: Int, _ pooling: Int, _ sources: [[Float]], keepsMap: Bool, samples: Int,
    workers: Workers
  ) -> (map: [Float], pooled: [Float]) {
    let count = keepsMap ? samples * plan.nodes[index].output.count : 0
    let pooledCount = samples * plan.nodes[pooling].output.count
    var pooled: [Float] = []
    let map = [Float](unsafeUninitializedCapacity: count) { map, mapFilled in
      mapFilled = count
      pooled = [Float](unsafeUninitializedCapacity: pooledCount) { target, filled in
        filled = pooledCount
        withPointers(to: sources) { pointers in
          plan.nodes[index].infer(
            pointers, parameters: parameters[index - first],
            into: keepsMap ? map.baseAddress : nil, pooled: target.baseAddress, samples: samples,
            workers: workers)
        }
      }
    }
    return (map, pooled)
  }

  private func withPointers(
    to arrays: [[Float]], from first: Int = 0, _ found: [UnsafePointer<Float>] = [],
    _ body: ([UnsafePointer<Float>]) -> Void
  ) {
    guard first < arrays.count else { return body(found) }
    arrays[first].withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      withPointers(to: arrays, from: first + 1, found + [base], body)
    }
  }
}
