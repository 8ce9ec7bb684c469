import Compute

/// Small networks for tests of relevance.
enum RelevanceGraphs {
  /// Padding, strides, groups, a sum whose sign is open, max- and average-pool, batch norm, dense.
  static func chain() throws -> Graph {
    let convolution = { (outputs: Int, kernel: Int, stride: Int, groups: Int) in
      Operation.convolution(
        outputs: outputs, kernel: Extent(kernel), stride: Extent(stride),
        padding: Extent(kernel / 2), groups: groups)
    }
    return try Graph(
      input: Shape(channels: 2, height: 9, width: 8),
      nodes: [
        Node("a.conv", convolution(4, 3, 1, 1), inputs: ["input"]),
        Node("a", .relu, inputs: ["a.conv"], isLayer: true),
        Node(
          "pool", .maxPool(kernel: Extent(2), stride: Extent(2), padding: Extent(0)),
          inputs: ["a"], isLayer: true),
        Node("b", convolution(6, 3, 1, 2), inputs: ["pool"], isLayer: true),
        Node("c.conv", convolution(16, 1, 1, 1), inputs: ["b"]),
        Node("c.norm", .batchNorm(epsilon: 1e-5), inputs: ["c.conv"]),
        Node("c", .relu, inputs: ["c.norm"], isLayer: true),
        Node("d.conv", convolution(5, 3, 2, 1), inputs: ["c"]),
        Node("d", .relu, inputs: ["d.conv"], isLayer: true),
        Node(
          "mean", .averagePool(kernel: Extent(2), stride: Extent(1), padding: Extent(1)),
          inputs: ["d"], isLayer: true),
        Node("e.flatten", .flatten, inputs: ["mean"]),
        Node("e.dense", .dense(outputs: 7), inputs: ["e.flatten"]),
        Node("e", .relu, inputs: ["e.dense"], isLayer: true),
        Node("logits", .dense(outputs: 3), inputs: ["e"], isLayer: true),
      ])
  }

  /// A border, a depthwise convolution, a concatenation, a scale, a gate, a mean without border.
  static func joined() throws -> Graph {
    let convolution = { (outputs: Int, groups: Int) in
      Operation.convolution(
        outputs: outputs, kernel: Extent(3), stride: Extent(1), padding: Extent(groups > 1 ? 1 : 0),
        groups: groups)
    }
    let border = Padding(top: 0, left: 1, bottom: 2, right: 1)
    let corner = Padding(top: 0, left: 0, bottom: 1, right: 1)
    return try Graph(
      input: Shape(channels: 2, height: 7, width: 6),
      nodes: [
        Node("a.border", .pad(padding: border, value: .zeros), inputs: ["input"]),
        Node("a.conv", convolution(4, 1), inputs: ["a.border"]),
        Node("a", .relu, inputs: ["a.conv"], isLayer: true),
        Node("b.conv", convolution(4, 4), inputs: ["a"]),
        Node("b.norm", .batchNorm(epsilon: 1e-5), inputs: ["b.conv"]),
        Node("b", .clip(low: 0, high: 6), inputs: ["b.norm"], isLayer: true),
        Node("m.border", .pad(padding: corner, value: .lowest), inputs: ["a"]),
        Node(
          "m", .maxPool(kernel: Extent(2), stride: Extent(1), padding: Extent(0)),
          inputs: ["m.border"], isLayer: true),
        Node("c", .concat, inputs: ["b", "m"], isLayer: true),
        Node("s", .scale, inputs: ["c"], isLayer: true),
        Node("g.pool", .globalAveragePool, inputs: ["s"]),
        Node("g.dense", .dense(outputs: 8), inputs: ["g.pool"]),
        Node("g.gate", .sigmoid, inputs: ["g.dense"]),
        Node("g", .multiply, inputs: ["s", "g.gate"], isLayer: true),
        Node(
          "mean",
          .averagePoolExcludingPadding(kernel: Extent(2), stride: Extent(2), padding: corner),
          inputs: ["g"], isLayer: true),
        Node("d.conv", convolution(5, 1), inputs: ["mean"]),
        Node("d", .relu, inputs: ["d.conv"], isLayer: true),
        Node("logits.flatten", .flatten, inputs: ["d"]),
        Node("logits", .dense(outputs: 3), inputs: ["logits.flatten"], isLayer: true),
      ])
  }

  /// Batch norm before any convolution, which cannot be merged.
  static func normFirst() throws -> Graph {
    try Graph(
      input: Shape(channels: 2, height: 4, width: 4),
      nodes: [
        Node("norm", .batchNorm(epsilon: 1e-5), inputs: ["input"]),
        Node(
          "a.conv",
          .convolution(
            outputs: 4, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1),
          inputs: ["norm"]),
        Node("a", .relu, inputs: ["a.conv"], isLayer: true),
        Node("logits.flatten", .flatten, inputs: ["a"]),
        Node("logits", .dense(outputs: 3), inputs: ["logits.flatten"], isLayer: true),
      ])
  }

  /// He weights, small random biases, and batch norms that do something.
  static func parameters(of graph: Graph, seed: UInt64) -> Parameters {
    var parameters = graph.initialParameters(seed: seed)
    for (index, name) in parameters.names.enumerated() {
      guard let tensor = parameters[name], tensor.shape.count == 1 else { continue }
      let noise = randomValues(tensor.values.count, seed: seed + UInt64(index))
      let isPositive = name.hasSuffix("running_var")
      parameters[name] = Tensor(
        shape: tensor.shape,
        values: zip(tensor.values, noise).map {
          isPositive ? 0.5 + $1 * $1 : $0 + 0.2 * $1
        })
    }
    return parameters
  }
}
