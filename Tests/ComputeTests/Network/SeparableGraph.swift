import Compute

/// The network `Separable` of `generate_graphs.py`, node by node.
enum SeparableGraph {
  static func graph() throws -> Graph {
    var nodes: [Node] = []
    let last = { nodes.last?.name ?? "input" }
    func add(_ name: String, _ operation: Compute.Operation, _ inputs: [String]? = nil) {
      nodes.append(
        Node(name, operation, inputs: inputs ?? [last()], isLayer: !name.contains("pad")))
    }
    func conv(_ name: String, _ outputs: Int, _ kernel: Int, stride: Int = 1, groups: Int = 1) {
      add(
        name,
        .convolution(
          outputs: outputs, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(0),
          groups: groups))
    }
    func pad(_ name: String, _ before: Int, _ after: Int) {
      add(
        "\(name).pad",
        .pad(
          padding: Padding(top: before, left: before, bottom: after, right: after), value: .zeros))
    }
    pad("stem", 0, 1)
    conv("stem", 8, 3, stride: 2)
    add("stem_norm", .batchNorm(epsilon: 1e-5))
    add("stem.relu6", .clip(low: 0, high: 6))
    pad("depth1", 1, 1)
    conv("depth1", 8, 3, groups: 8)
    add("depth1_norm", .batchNorm(epsilon: 1e-5))
    add("depth1.relu6", .clip(low: 0, high: 6))
    conv("point1", 12, 1)
    add("point1.swish", .activation(kind: .hardSwish))
    pad("depth2", 1, 2)
    conv("depth2", 12, 5, stride: 2, groups: 12)
    add("depth2_norm", .batchNorm(epsilon: 1e-5))
    add("depth2.swish", .activation(kind: .swish))
    conv("point2", 12, 1)
    add("squeeze.pool", .globalAveragePool)
    add("squeeze", .dense(outputs: 4))
    add("squeeze.relu", .leakyRelu(slope: 0.1))
    add("excite", .dense(outputs: 12))
    add("gate", .activation(kind: .hardSigmoid))
    add("middle", .multiply, ["point2", "gate"])
    pad("depth3", 1, 1)
    conv("depth3", 12, 3, groups: 12)
    conv("point3", 12, 1)
    add("point3.gelu", .activation(kind: .gelu))
    add("sum", .add, ["middle", "point3.gelu"])
    add("elu", .activation(kind: .elu), ["middle"])
    add("both", .concat, ["sum", "elu"])
    add(
      "mean",
      .averagePoolExcludingPadding(
        kernel: Extent(3), stride: Extent(2), padding: Padding(Extent(1))))
    add("pool", .globalAveragePool)
    add("head", .dense(outputs: 5))
    return try Graph(input: Shape(channels: 3, height: 32, width: 32), nodes: nodes)
  }
}
