import Testing

@testable import Compute

/// Every operation's gradients against central differences of its own forward pass.
///
/// The checked function is Σ c · logits with fixed random c. Differences are taken along the
/// gradient and along random directions. The step of 5e-4 weighs float32 rounding against the kinks
/// of ReLU and max; both stay below 1 % of the gradient's length.
@Suite("Finite differences")
struct FiniteDifferenceTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let input: Shape
    let nodes: [Node]
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    layerCase("convolution", conv(4, 3, padding: 1)),
    layerCase("convolution without padding", conv(3, 3, padding: 0)),
    layerCase("convolution 1×1", conv(5, 1, padding: 0)),
    layerCase("convolution with stride and padding", conv(4, 3, stride: 2, padding: 1)),
    layerCase("convolution with unequal sides", unequal),
    layerCase("convolution in groups", conv(6, 3, padding: 1, groups: 2)),
    layerCase("depthwise convolution with stride", conv(4, 3, stride: 2, padding: 1, groups: 4)),
    layerCase("relu", .relu),
    layerCase("max pool", .maxPool(kernel: Extent(2), stride: Extent(2), padding: Extent(0))),
    layerCase("overlapping max pool", overlapping(.max)),
    layerCase("average pool", overlapping(.average)),
    layerCase("global average pool", .globalAveragePool),
    layerCase("batch norm", .batchNorm(epsilon: 1e-3)),
    layerCase("dropout", .dropout(probability: 0.4)),
    layerCase("softmax", .softmax),
    layerCase(
      "border",
      .pad(padding: Padding(top: 1, left: 0, bottom: 2, right: 3), value: .zeros)),
    layerCase(
      "average pool without its border",
      .averagePoolExcludingPadding(
        kernel: Extent(3), stride: Extent(2),
        padding: Padding(top: 0, left: 1, bottom: 1, right: 2))),
    layerCase("sigmoid", .sigmoid),
    layerCase("clip", .clip(low: -0.5, high: 1)),
    layerCase("leaky relu", .leakyRelu(slope: 0.2)),
    layerCase("scale", .scale),
    joinedCase("concatenation", .concat, ["first", "other", "first"]),
    joinedCase("product", .multiply, ["first", "other"]),
    joinedCase("square", .multiply, ["other", "other"]),
    joinedCase("product by channel", .multiply, ["other", "gate"]),
    joinedCase("product by channel, exchanged", .multiply, ["gate", "first"]),
    Case(
      name: "flatten and dense", input: Shape(channels: 3, height: 4, width: 5),
      nodes: [
        Node("f", .flatten, inputs: ["input"]),
        Node("a.dense", .dense(outputs: 7), inputs: ["f"]),
        Node("a", .relu, inputs: ["a.dense"], isLayer: true),
        Node("logits", .dense(outputs: 3), inputs: ["a"], isLayer: true),
      ]),
  ]

  static let nonlinearities: [Case] = Nonlinearity.allCases.map {
    layerCase($0.rawValue, .activation(kind: $0))
  }

  /// input → two convolutions and a gate → the operation on some of them → flatten → dense.
  private static func joinedCase(
    _ name: String, _ operation: Compute.Operation, _ inputs: [String]
  ) -> Case {
    Case(
      name: name, input: Shape(channels: 3, height: 5, width: 4),
      nodes: [
        Node("first", conv(4, 3, padding: 1), inputs: ["input"], isLayer: true),
        Node("other", conv(4, 1, padding: 0), inputs: ["first"], isLayer: true),
        Node("gate.pool", .globalAveragePool, inputs: ["first"]),
        Node("gate.dense", .dense(outputs: 4), inputs: ["gate.pool"]),
        Node("gate", .sigmoid, inputs: ["gate.dense"], isLayer: true),
        Node("middle", operation, inputs: inputs, isLayer: true),
        // All three are read, so that all parameters have a gradient.
        Node("gated", .multiply, inputs: ["first", "gate"], isLayer: true),
        Node("all", .concat, inputs: ["middle", "other", "gated"], isLayer: true),
        Node("f", .flatten, inputs: ["all"]),
        Node("logits", .dense(outputs: 3), inputs: ["f"], isLayer: true),
      ])
  }

  private static func conv(
    _ outputs: Int, _ kernel: Int, stride: Int = 1, padding: Int, groups: Int = 1
  ) -> Compute.Operation {
    .convolution(
      outputs: outputs, kernel: Extent(kernel), stride: Extent(stride), padding: Extent(padding),
      groups: groups)
  }

  private static let unequal = Compute.Operation.convolution(
    outputs: 3, kernel: Extent(height: 3, width: 2), stride: Extent(height: 1, width: 3),
    padding: Extent(height: 2, width: 0), groups: 1)

  private static func overlapping(_ kind: Pooling.Kind) -> Compute.Operation {
    let (kernel, stride, padding) = (Extent(3), Extent(2), Extent(1))
    return kind == .max
      ? .maxPool(kernel: kernel, stride: stride, padding: padding)
      : .averagePool(kernel: kernel, stride: stride, padding: padding)
  }

  /// input → convolution → the operation → flatten → dense.
  private static func layerCase(_ name: String, _ operation: Compute.Operation) -> Case {
    Case(
      name: name, input: Shape(channels: 3, height: 7, width: 6),
      nodes: [
        Node("first", conv(4, 3, padding: 1), inputs: ["input"], isLayer: true),
        Node("middle", operation, inputs: ["first"], isLayer: true),
        Node("f", .flatten, inputs: ["middle"]),
        Node("logits", .dense(outputs: 3), inputs: ["f"], isLayer: true),
      ])
  }

  @Test("Gradients of all parameters", arguments: cases + nonlinearities)
  func parameters(_ one: Case) throws {
    try check(try Graph(input: one.input, nodes: one.nodes))
  }

  @Test("Gradients through a skip connection, an addition and batch norm")
  func residual() throws { try check(SmallGraphs.residual()) }

  private func check(_ graph: Graph) throws {
    let samples = 11
    let coefficients = randomValues(samples * 3, seed: 8)
    var parameters = graph.initialParameters(seed: 3)
    for name in parameters.names where name.hasSuffix("bias") {
      let count = parameters[name]?.values.count ?? 0
      parameters[name] = Tensor(shape: [count], values: randomValues(count, seed: 4))
    }
    let input = randomActivation(samples: samples, shape: graph.input, seed: 6)
    let mode = TrainingNetwork.Mode.training(seed: 1, epoch: 2, step: 3)
    let network = network(graph, parameters)
    _ = network.forward(input, mode: mode)
    let start = network.pool.take(coefficients.count)
    for (index, value) in coefficients.enumerated() { start.start[index] = value }
    network.backward(start)

    let gradients = MovingTensor.all(of: network).compactMap { tensor in
      tensor.gradient.map { (name: tensor.name, values: tensor.tensor($0).values) }
    }
    #expect(
      gradients.count == graph.initialParameters(seed: 0).names.count { !$0.contains("running") })
    let longest = gradients.map { length($0.values) }.max() ?? 0
    for (name, values) in gradients {
      let norm = length(values)
      for seed in [0, 20, 21] as [UInt64] {
        let direction =
          seed == 0 ? unit(values) : unit(randomValues(values.count, seed: seed))
        let expected = zip(values, direction).reduce(0.0) { $0 + Double($1.0) * $1.1 }
        let step = 5e-4
        let sum = { (sign: Double) in
          var moved = parameters
          moved[name]?.values = zip(parameters[name]?.values ?? [], direction)
            .map { Float(Double($0.0) + sign * step * $0.1) }
          let network = self.network(graph, moved)
          let logits = network.forward(input, mode: mode).values(coefficients.count)
          return zip(logits, coefficients).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        let difference = (sum(1) - sum(-1)) / (2 * step)
        // A bias before batch norm has no gradient at all, hence the second term.
        let tolerance = 1e-2 * norm + 2e-4 * longest
        #expect(
          abs(difference - expected) <= tolerance,
          "\(name): \(difference) by differences, \(expected) by gradient of length \(norm)")
      }
    }
  }

  private func network(_ graph: Graph, _ parameters: Parameters) -> TrainingNetwork {
    TrainingNetwork(
      Plan(graph, .fast), parameters: parameters, start: 0, firstTrainable: 0, threads: 1)
  }

  private func length(_ values: [Float]) -> Double {
    values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
  }

  private func unit(_ values: [Float]) -> [Double] {
    let norm = max(length(values), .leastNormalMagnitude)
    return values.map { Double($0) / norm }
  }
}
