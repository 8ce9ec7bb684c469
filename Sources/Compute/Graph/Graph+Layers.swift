/// A named layer of a graph.
public struct LayerInfo: Sendable, Hashable {
  /// The name, such as `conv4_2`.
  public let name: String
  /// The position among the named layers, from 0.
  public let ordinal: Int
  /// What the layer does in the main, such as `convolution`, `dense` or `max_pool`.
  public let kind: String
  /// The shape of one sample.
  public let shape: Shape
}

extension Graph {
  /// The named layers in order.
  public var layers: [LayerInfo] {
    var found: [LayerInfo] = []
    for (index, node) in nodes.enumerated() where node.isLayer {
      let group = nodes[group(endingAt: index)]
      let learnt = group.first {
        !$0.operation.parameterShapes(input: inputShape(of: $0)).isEmpty
      }
      found.append(
        LayerInfo(
          name: node.name, ordinal: found.count, kind: (learnt ?? node).operation.kind,
          shape: shapes[index]))
    }
    return found
  }

  /// The layers that can hold no negative number, as far as the graph proves it: what a ReLU or the
  /// like gives, and pools, sums and concatenations of it.
  public var nonNegativeLayers: Set<String> {
    let proved = Plan(self).nonNegativeSlots
    return Set(nodes.indices.filter { nodes[$0].isLayer && proved[$0 + 1] }.map { nodes[$0].name })
  }

  /// The named layer of that name.
  ///
  /// - Parameter name: A layer, such as `conv4_2`.
  /// - Returns: Its position, kind and shape.
  /// - Throws: `NetworkError` that lists the layers there are.
  public func layer(named name: String) throws -> LayerInfo {
    guard let layer = layers.first(where: { $0.name == name }) else {
      throw NetworkError(
        .graph,
        "the network has no layer '\(name)'; it has \(layers.map(\.name).joined(separator: ", "))")
    }
    return layer
  }

  /// The layer whose value the given layer is computed from, nil for the first one.
  ///
  /// Training from `conv5_1` on can start from stored activations of the layer before it.
  ///
  /// - Parameter name: A layer, such as `conv5_1`.
  /// - Returns: The layer before it, nil for the first.
  /// - Throws: `NetworkError` if there is no such layer.
  public func layer(before name: String) throws -> LayerInfo? {
    let ordinal = try layer(named: name).ordinal
    return ordinal == 0 ? nil : layers[ordinal - 1]
  }

  /// The first layer of a VGG block: `conv3_1` for block 3, nil if there is none.
  public func firstLayer(ofBlock block: Int) -> String? {
    layers.first { $0.name.hasPrefix("conv\(block)_") }?.name
  }

  /// The first dense layer, where the head of a network begins.
  public var firstDenseLayer: String? { layers.first { $0.kind == "dense" }?.name }

  /// The graph up to and including a layer.
  ///
  /// - Parameter name: The last layer to keep.
  /// - Returns: A graph whose output is that layer.
  /// - Throws: `NetworkError` if there is no such layer.
  public func prefix(upTo name: String) throws -> Graph {
    _ = try layer(named: name)
    let last = index(of: name) ?? nodes.count - 1
    return try Graph(input: input, nodes: Array(nodes[...last]))
  }

  /// The position of the first node that belongs to a layer.
  ///
  /// A layer's nodes are those after the layer before it, up to the one that bears its name.
  ///
  /// - Parameter name: A layer, such as `conv4_2`.
  /// - Returns: A position in `nodes`.
  /// - Throws: `NetworkError` if there is no such layer.
  public func firstNode(ofLayer name: String) throws -> Int {
    _ = try layer(named: name)
    return group(endingAt: index(of: name) ?? 0).lowerBound
  }

  /// The index of the first node behind a layer; 0 where none is given.
  ///
  /// - Throws: `NetworkError` if there is no such layer.
  func firstNode(after name: String?) throws -> Int {
    guard let name else { return 0 }
    _ = try layer(named: name)
    return (index(of: name) ?? 0) + 1
  }

  private func group(endingAt index: Int) -> ClosedRange<Int> {
    let before = nodes[..<index].lastIndex { $0.isLayer }
    return (before.map { $0 + 1 } ?? 0)...index
  }
}
