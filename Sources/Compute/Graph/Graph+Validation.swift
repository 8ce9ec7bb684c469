extension Graph {
  /// More nodes than this are refused.
  private static let largestNodeCount = 4_096

  /// Checks names, order, shapes and sizes, and gives the output shape of every node.
  static func checkedShapes(input: Shape, nodes: [Node]) throws -> [Shape] {
    guard input.isSensible else {
      throw NetworkError(.graph, "the graph has the impossible input shape \(input)")
    }
    guard !nodes.isEmpty, nodes.count <= largestNodeCount else {
      throw NetworkError(
        .graph, "a graph has 1 to \(largestNodeCount) nodes, this one has \(nodes.count)")
    }
    let allNames = Set(nodes.map(\.name))
    var known = [inputName: input]
    var parameterPrefixes: Set<String> = []
    var shapes: [Shape] = []
    for node in nodes {
      try checkName(of: node, known: known)
      let inputs = try inputShapes(of: node, known: known, allNames: allNames)
      let shape = try outputShape(of: node, inputs: inputs)
      let learnt = node.operation.parameterShapes(input: inputs[0])
      if !learnt.isEmpty, !parameterPrefixes.insert(node.parameterPrefix).inserted {
        throw NetworkError(
          .graph,
          "two nodes would own the parameters '\(node.parameterPrefix).…';"
            + " give '\(node.name)' another name")
      }
      known[node.name] = shape
      shapes.append(shape)
    }
    return shapes
  }

  private static func checkName(of node: Node, known: [String: Shape]) throws {
    let printable = node.name.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
    guard !node.name.isEmpty, node.name.utf8.count <= 200, printable else {
      throw NetworkError(
        .graph,
        "a node has the name '\(node.name.prefix(40))'; names have 1 to 200 bytes and no spaces")
    }
    guard known[node.name] == nil else {
      throw NetworkError(.graph, "two values of the graph are named '\(node.name)'")
    }
  }

  private static func inputShapes(
    of node: Node, known: [String: Shape], allNames: Set<String>
  ) throws -> [Shape] {
    let counts = node.operation.inputCounts
    guard counts.contains(node.inputs.count) else {
      let wanted = counts.count == 1 ? "\(counts.lowerBound)" : "at least \(counts.lowerBound)"
      throw NetworkError(
        .graph,
        "node '\(node.name)' (\(node.operation.kind)) takes \(wanted) inputs,"
          + " not \(node.inputs.count)")
    }
    return try node.inputs.map { name in
      if let shape = known[name] { return shape }
      let reason =
        allNames.contains(name)
        ? "which comes later: the graph has a cycle or is not in topological order"
        : "which the graph does not have"
      throw NetworkError(.graph, "node '\(node.name)' reads '\(name)', \(reason)")
    }
  }

  private static func outputShape(of node: Node, inputs: [Shape]) throws -> Shape {
    do {
      let shape = try node.operation.outputShape(of: inputs)
      for learnt in node.operation.parameterShapes(input: inputs[0]) {
        let count = learnt.shape.reduce((1, false)) { product, side in
          let (value, overflows) = product.0.multipliedReportingOverflow(by: side)
          return (value, product.1 || overflows)
        }
        guard !count.1, count.0 <= Shape.largestCount else {
          throw OperationProblem(reason: "its \(learnt.suffix) would hold \(learnt.shape) numbers")
        }
      }
      guard shape.isSensible else { throw OperationProblem(reason: "its output would be \(shape)") }
      return shape
    } catch let problem as OperationProblem {
      throw NetworkError(
        .graph, "node '\(node.name)' (\(node.operation.kind)) is impossible: \(problem.reason)")
    }
  }
}
