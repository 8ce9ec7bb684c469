extension Graph {
  /// Names and shapes of a node's parameters, in the order in which they are stored.
  func parameterShapes(of node: Node) -> [(name: String, shape: [Int])] {
    node.operation.parameterShapes(input: inputShape(of: node)).map {
      ("\(node.parameterPrefix).\($0.suffix)", $0.shape)
    }
  }

  /// The names of a layer's parameters, or of all parameters.
  ///
  /// - Parameter layer: A layer, or nil for the whole network.
  /// - Returns: Names in the order of the nodes.
  /// - Throws: `NetworkError` if there is no such layer.
  public func parameterNames(ofLayer layer: String? = nil) throws -> [String] {
    guard let layer else { return nodes.flatMap { parameterShapes(of: $0).map(\.name) } }
    let last = index(of: layer) ?? nodes.count - 1
    return nodes[try firstNode(ofLayer: layer)...last].flatMap {
      parameterShapes(of: $0).map(\.name)
    }
  }

  /// The names of the parameters of a layer and of all that come after it.
  ///
  /// - Parameter layer: The first layer to count.
  /// - Returns: Names in the order of the nodes.
  /// - Throws: `NetworkError` if there is no such layer.
  public func parameterNames(from layer: String) throws -> [String] {
    nodes[try firstNode(ofLayer: layer)...].flatMap { parameterShapes(of: $0).map(\.name) }
  }

  /// Checks that the parameters are those of this graph; a bias may be missing, which means zero.
  ///
  /// - Parameter parameters: What is to be used with this graph; further names are ignored.
  /// - Throws: `NetworkError` that names the first tensor that is missing or misshapen.
  public func check(_ parameters: Parameters) throws {
    for node in nodes { try check(parameters, of: node) }
  }

  /// Checks the parameters of one node.
  func check(_ parameters: Parameters, of node: Node) throws {
    for (name, shape) in parameterShapes(of: node) {
      guard let tensor = parameters[name] else {
        if name.hasSuffix(".bias") { continue }
        throw NetworkError(
          .parameters, "the network needs a parameter '\(name)' of shape \(shape); there is none")
      }
      guard tensor.shape == shape else {
        throw NetworkError(
          .parameters,
          "parameter '\(name)' has shape \(tensor.shape), the network needs \(shape);"
            + " use weights of the same architecture, width and input size")
      }
    }
  }

  /// Fresh parameters: He's normal initialisation, zero biases, identity batch norm.
  ///
  /// Weights are drawn from N(0, 2 / fan-in) (He et al. 2015), each tensor from a stream of its own
  /// keyed by its name, so that equal names in two graphs start equal.
  public func initialParameters(seed: UInt64) -> Parameters {
    var parameters = Parameters()
    for node in nodes { initialise(node, seed: seed, into: &parameters) }
    return parameters
  }

  /// The graph with a new last dense layer for another number of classes, and its parameters.
  ///
  /// - Parameters:
  ///   - classes: Outputs of the new head, at least 2.
  ///   - seed: Seed of the new head's weights.
  ///   - parameters: Parameters of this graph; all but the head's are kept.
  /// - Returns: The new graph and its parameters.
  /// - Throws: `NetworkError` if the graph has no dense layer or `classes` is below 2.
  public func replacingHead(
    classes: Int, seed: UInt64, parameters: Parameters
  ) throws -> (graph: Graph, parameters: Parameters) {
    let isDense = { (node: Node) in if case .dense = node.operation { true } else { false } }
    guard classes >= 2, let head = nodes.lastIndex(where: isDense) else {
      throw NetworkError(
        .graph,
        "cannot put a head of \(classes) classes on this network: it needs a last dense layer and"
          + " at least 2 classes")
    }
    var changed = nodes
    changed[head] = Node(
      nodes[head].name, .dense(outputs: classes), inputs: nodes[head].inputs,
      isLayer: nodes[head].isLayer)
    let graph = try Graph(input: input, nodes: changed)
    var kept = parameters
    graph.initialise(changed[head], seed: seed, into: &kept)
    return (graph, kept)
  }

  private func initialise(_ node: Node, seed: UInt64, into parameters: inout Parameters) {
    for (name, shape) in parameterShapes(of: node) {
      let count = shape.reduce(1, *)
      if shape.count > 1 {
        var stream = RandomStream(
          seed: seed, RandomStream.key("initial parameters"), RandomStream.key(name))
        let deviation = (2 / Double(count / shape[0])).squareRoot()
        let values = (0..<count).map { _ in Float(stream.normal(0, deviation)) }
        parameters[name] = Tensor(shape: shape, values: values)
      } else {
        let isScale =
          name.hasSuffix(".running_var") || (name.hasSuffix(".weight") && shape.count == 1)
        parameters[name] = Tensor(
          shape: shape, values: Array(repeating: isScale ? 1 : 0, count: count))
      }
    }
  }
}
