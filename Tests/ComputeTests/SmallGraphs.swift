import Compute

/// Small networks for tests.
enum SmallGraphs {
  /// stem → inner, added, rectified, pooled, classified: layers stem, inner, sum, logits.
  static func residual() throws -> Graph {
    let same = Operation.convolution(
      outputs: 4, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 1)
    return try Graph(
      input: Shape(channels: 2, height: 6, width: 5),
      nodes: [
        Node("stem.conv", same, inputs: ["input"]),
        Node("stem", .relu, inputs: ["stem.conv"], isLayer: true),
        Node("inner.conv", same, inputs: ["stem"]),
        Node("inner.norm", .batchNorm(epsilon: 1e-5), inputs: ["inner.conv"]),
        Node("inner", .relu, inputs: ["inner.norm"], isLayer: true),
        Node("sum.add", .add, inputs: ["stem", "inner"]),
        Node("sum", .relu, inputs: ["sum.add"], isLayer: true),
        Node("logits.pool", .globalAveragePool, inputs: ["sum"]),
        Node("logits", .dense(outputs: 3), inputs: ["logits.pool"], isLayer: true),
      ])
  }
}

/// Standard normal numbers, a pure function of the seed.
func randomValues(_ count: Int, seed: UInt64) -> [Float] {
  var stream = RandomStream(seed: seed, RandomStream.key("test values"))
  return (0..<count).map { _ in Float(stream.normal()) }
}

/// A batch of standard normal numbers.
func randomActivation(samples: Int, shape: Shape, seed: UInt64) -> Activation {
  Activation(
    samples: samples, shape: shape, values: randomValues(samples * shape.count, seed: seed))
}
