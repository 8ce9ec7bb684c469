import Compute

/// The names of a network's nodes: the user's own, or Lethe's if the network is a VGG.
///
/// Queries compare variants of a network by the names of its layers, so that VGGs of all sources
/// bear the same ones. It also settles which nodes are layers.
struct KerasNames {
  /// The nodes under their final names.
  let nodes: [Node]
  private let renamed: [String: String]

  init(_ nodes: [Node]) {
    let renamed = Self.vggNames(nodes) ?? [:]
    self.renamed = renamed
    let following = Dictionary(
      grouping: nodes.indices.flatMap { index in
        nodes[index].inputs.map { (source: $0, index: index) }
      }, by: \.source)
    self.nodes = nodes.map { node in
      Node(
        Self.rename(node.name, renamed), node.operation,
        inputs: node.inputs.map { Self.rename($0, renamed) },
        isLayer: node.name == nodes.last?.name
          || (node.isLayer && !Self.isBeforeActivation(node, nodes, following)))
    }
  }

  /// A parameter's final name.
  func parameter(_ name: String) -> String { Self.rename(name, renamed) }

  private static func rename(_ name: String, _ renamed: [String: String]) -> String {
    for (old, new) in renamed where name == old || name.hasPrefix(old + ".") {
      return new + name.dropFirst(old.count)
    }
    return name
  }

  /// Whether a convolution, dense layer or sum is only seen through the activation after it.
  private static func isBeforeActivation(
    _ node: Node, _ nodes: [Node], _ following: [String: [(source: String, index: Int)]]
  ) -> Bool {
    switch node.operation {
    case .convolution, .dense, .add, .batchNorm: break
    default: return false
    }
    var name = node.name
    while let next = following[name], next.count == 1 {
      let follower = nodes[next[0].index]
      switch follower.operation {
      case .batchNorm, .dropout: name = follower.name
      case .relu, .leakyRelu, .clip, .sigmoid, .activation: return true
      default: return false
      }
    }
    return false
  }

  /// New names by old ones if the convolutions and pools are those of a VGG in Keras' spelling.
  private static func vggNames(_ nodes: [Node]) -> [String: String]? {
    let convolutions = nodes.filter { if case .convolution = $0.operation { true } else { false } }
      .map(\.parameterPrefix)
    let pools = nodes.filter { if case .maxPool = $0.operation { true } else { false } }
      .map(\.name)
    let known = [11, 13, 16, 19].compactMap { VGGLayout.blocks(depth: $0) }
    guard pools == (1...5).map({ "block\($0)_pool" }),
      let blocks = known.first(where: { blocks in
        convolutions
          == blocks.enumerated().flatMap { block, count in
            (1...count).map { "block\(block + 1)_conv\($0)" }
          }
      })
    else { return nil }
    var names: [String: String] = [:]
    for (block, count) in blocks.enumerated() {
      for layer in 1...count {
        names["block\(block + 1)_conv\(layer)"] = "conv\(block + 1)_\(layer)"
      }
      names["block\(block + 1)_pool"] = "pool\(block + 1)"
    }
    let dense = nodes.filter { if case .dense = $0.operation { true } else { false } }
      .map(\.parameterPrefix)
    if dense.count == 3 { (names[dense[0]], names[dense[1]]) = ("fc6", "fc7") }
    if let last = dense.last, nodes.last?.parameterPrefix == last { names[last] = "logits" }
    let kept = Set(nodes.map(\.name)).subtracting(names.keys)
    return kept.isDisjoint(with: names.values) ? names : nil
  }
}
