import Compute

extension GraphDraft {
  /// The graph and its parameters, named.
  ///
  /// - Parameter output: The step that gives the logits.
  /// - Returns: Both; the nodes that the output does not need are left out.
  /// - Throws: `NetworkError` if the steps make no graph.
  func finished(output: Int) throws -> (graph: Graph, parameters: Parameters) {
    let chains = chains(output: output)
    let bases = names(of: chains, output: output)
    var names = Names(taken: [Graph.inputName])
    var nameOfStep = [GraphDraft.input: Graph.inputName]
    for (chain, base) in zip(chains, bases) {
      let parts = parts(of: chain)
      let unique = names.take(base, parts: parts)
      for (member, part) in zip(chain.members, parts) { nameOfStep[member] = "\(unique).\(part)" }
      if let last = chain.members.last { nameOfStep[last] = unique }
    }
    var nodes: [Node] = []
    var parameters = Parameters()
    for chain in chains {
      for member in chain.members {
        let step = steps[member]
        let node = Node(
          nameOfStep[member] ?? "", step.operation,
          inputs: step.inputs.map { nameOfStep[$0] ?? "" },
          isLayer: chain.isLayer && member == chain.members.last)
        nodes.append(node)
        for (suffix, tensor) in step.parameters {
          parameters["\(node.parameterPrefix).\(suffix)"] = tensor
        }
      }
    }
    let graph = try Graph(input: inputShape, nodes: nodes)
    try graph.check(parameters)
    return (graph, parameters)
  }

  /// The names of all steps of a layer but the last, which bears the layer's name.
  private func parts(of chain: Chain) -> [String] {
    var counts: [String: Int] = [:]
    return chain.members.dropLast().map { member in
      let part = part(of: member, in: chain)
      counts[part, default: 0] += 1
      return counts[part] == 1 ? part : "\(part)\(counts[part] ?? 1)"
    }
  }

  /// The name of a step within its layer.
  private func part(of step: Int, in chain: Chain) -> String {
    switch steps[step].operation {
    case .convolution, .dense:
      // The last step bears the layer's name, and with it the names of its own parameters.
      if let last = chain.members.last, !steps[last].parameters.isEmpty { return "linear" }
      if case .dense = steps[step].operation { return "dense" }
      return "conv"
    case .batchNorm: return "norm"
    case .scale: return "scale"
    case .add: return "add"
    default: return "gate"
    }
  }
}

/// Names that are taken, of nodes and of what owns parameters.
private struct Names {
  var taken: Set<String>
  /// The last number that was put behind a base.
  private var numbers: [String: Int] = [:]

  init(taken: Set<String>) { self.taken = taken }

  /// The base, or the base with a number, such that neither it nor its parts are taken.
  mutating func take(_ base: String, parts: [String]) -> String {
    var candidate = base
    while claims(of: candidate, parts).contains(where: taken.contains) {
      numbers[base, default: 1] += 1
      candidate = "\(base)_\(numbers[base] ?? 1)"
    }
    taken.formUnion(claims(of: candidate, parts))
    return candidate
  }

  private func claims(of name: String, _ parts: [String]) -> [String] {
    // A node named `a.conv` owns the parameters `a.…`.
    let owners = [".conv", ".dense"].compactMap {
      name.hasSuffix($0) ? String(name.dropLast($0.count)) : nil
    }
    return [name] + owners + parts.map { "\(name).\($0)" }
  }
}
