import Compute
import Testing
import Warehouse

@testable import lethe_studies

@Suite("Changes of weights")
struct WeightsTests {
  private static let side = 32

  private func run(_ graph: Graph, _ weights: [String: StoredTensor], layer: String? = nil) throws
    -> Activation
  {
    let parameters = Parameters(
      weights.sorted { $0.key < $1.key }.map {
        ($0.key, Tensor(shape: $0.value.shape, values: $0.value.values))
      })
    var stream = RandomStream(seed: 3)
    let size = Self.side * Self.side * 3
    let input = Activation(
      samples: 2, shape: Shape(channels: 3, height: Self.side, width: Self.side),
      values: (0..<2 * size).map { _ in Float(stream.normal()) })
    return try ForwardPass(graph: graph, parameters: parameters).output(input, of: layer)
  }

  private func network(batchNorm: Bool) throws -> (Graph, [String: StoredTensor]) {
    let graph = try Graph.vgg16(
      VGGOptions(
        inputSize: Self.side, width: 0.125, batchNorm: batchNorm, classes: 4, denseWidth: 16,
        dropout: 0))
    let parameters = graph.initialParameters(seed: 2)
    var stream = RandomStream(seed: 4)
    var weights: [String: StoredTensor] = [:]
    for name in parameters.names {
      guard let tensor = parameters[name] else { continue }
      // Vectors that start as 0 or 1 get values that a wrong order would show.
      let isVector = tensor.shape.count == 1
      let values = tensor.values.map { $0 + (isVector ? Float(stream.uniform(0, 0.2)) : 0) }
      weights[name] = StoredTensor(name: name, shape: tensor.shape, values: values)
    }
    return (graph, weights)
  }

  @Test("channels in another order compute the same", arguments: [true, false])
  func permute(batchNorm: Bool) throws {
    let (graph, weights) = try network(batchNorm: batchNorm)
    let before = try run(graph, weights)
    var changed = weights
    let convolutions = graph.layers.map(\.name).filter { $0.hasPrefix("conv") }
    #expect(convolutions.count == 13)
    Weights.permute(convolutions, dense: "fc6", seed: 1, in: &changed)
    #expect(changed["conv1_1.weight"] != weights["conv1_1.weight"])
    let after = try run(graph, changed)
    let largest = before.values.map { abs($0) }.max() ?? 0
    #expect(largest > 0)
    for (a, b) in zip(before.values, after.values) { #expect(abs(a - b) < 1e-4 * largest) }
    // A dense layer that is left behind computes something else.
    changed["fc6.weight"] = weights["fc6.weight"]
    #expect(try run(graph, changed) != after)
  }

  @Test("silent channels say nothing, the others what they said", arguments: [true, false])
  func silence(batchNorm: Bool) throws {
    let (graph, weights) = try network(batchNorm: batchNorm)
    let before = try run(graph, weights, layer: "conv2_1")
    var changed = weights
    Weights.silence([0, 3], of: "conv2_1", in: &changed)
    let after = try run(graph, changed, layer: "conv2_1")
    let first = before.channelsFirst()
    let positions = after.shape.pixels
    for (index, value) in after.channelsFirst().enumerated() {
      let channel = index / positions % after.shape.channels
      #expect(value == ([0, 3].contains(channel) ? 0 : first[index]))
    }
    #expect(first != after.channelsFirst())
  }

  @Test("φ by hand")
  func phi() {
    // Of ten: four with a, five with b, three with both: (10·3 − 4·5)/√(4·6·5·5).
    let phi = UnitAssociations.phi([0, 1, 2, 3], [1, 2, 3, 4, 5], of: 10)
    #expect(abs((phi ?? 0) - 10 / 600.0.squareRoot()) < 1e-12)
    #expect(UnitAssociations.phi([], [1], of: 10) == nil)
    #expect(UnitAssociations.phi([0, 1], [0, 1], of: 2) == nil)
  }
}
