import Compute
import Testing

/// Whole networks of users' architectures against PyTorch; see `generate_graphs.py`.
@Suite("Users' networks")
struct UsersNetworkTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    let middle: String
    let samples: Int
    let graph: @Sendable () throws -> Graph
    var testDescription: String { file }
  }

  static let cases: [Case] = [
    Case(file: "resnet18", middle: "layer2.1", samples: 3) {
      try resNet(depth: 18, width: 8)
    },
    Case(file: "resnet50", middle: "layer3.0", samples: 2) {
      try resNet(depth: 50, width: 4)
    },
    Case(file: "separable", middle: "middle", samples: 3) { try SeparableGraph.graph() },
  ]

  private static func resNet(depth: Int, width: Int) throws -> Graph {
    let blocks = try #require(ResNetLayout.blocks(depth: depth))
    return try Graph.resNet(
      ResNetLayout(
        input: Shape(channels: 3, height: 64, width: 64), stem: width,
        stages: blocks.counts.enumerated().map { stage, count in
          let inner = width << stage
          return .init(
            blocks: count, width: inner, outputs: blocks.isBottleneck ? 4 * inner : inner)
        }, isBottleneck: blocks.isBottleneck, classes: 5))
  }

  @Test("Logits and a middle layer equal PyTorch's to 1e-5", arguments: cases)
  func forward(_ one: Case) throws {
    let network = try load(one)
    var outputs: [String: Activation] = [:]
    try ForwardPass(graph: network.graph, parameters: network.parameters, threads: 2)
      .run(network.input) { outputs[$0.name] = $0.activation }
    let middle = try #require(outputs[one.middle]).channelsFirst()
    #expect(relativeError(middle, network.middle.values) <= 1e-5)
    let logits = try #require(outputs[network.graph.layers.last?.name ?? ""]).values
    #expect(relativeError(logits, network.logits.values) <= 1e-5)
  }

  @Test("The gradient of a logit at a middle layer equals PyTorch's to 1e-4", arguments: cases)
  func gradient(_ one: Case) throws {
    let network = try load(one)
    let activation = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(network.input, of: one.middle)
    let weights = (0..<one.samples * 5).map { $0 % 5 == 1 ? Float(1) : 0 }
    let gradient = try LogitGradient(
      graph: network.graph, parameters: network.parameters, layer: one.middle, threads: 2
    ).gradient(of: weights, at: activation)
    #expect(relativeError(gradient.channelsFirst(), network.gradient.values) <= 1e-4)
  }

  @Test("A sample has the same bits in any batch, on any number of threads", arguments: cases)
  func batchAndThreads(_ one: Case) throws {
    let network = try load(one)
    let whole = randomActivation(samples: 10, shape: network.graph.input, seed: 3)
    let expected = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(whole)
    for order in [[8], [8, 9], Array(0..<5)] {
      for threads in [1, 3] {
        let part = try ForwardPass(
          graph: network.graph, parameters: network.parameters, threads: threads
        ).output(whole.selecting(order))
        #expect(part == expected.selecting(order), "\(order), \(threads) threads")
      }
    }
  }

  private struct Loaded {
    let graph: Graph
    let parameters: Parameters
    let input: Activation
    let logits, middle, gradient: Tensor
  }

  private func load(_ one: Case) throws -> Loaded {
    let tensors = Golden.tensors(of: "\(one.file).safetensors", in: "networks")
    let graph = try one.graph()
    let state = tensors.filter { $0.key.hasPrefix("state/") }.map { name, tensor in
      var name = String(name.dropFirst("state/".count))
      if name.hasPrefix("bn1.") { name = "conv1.norm." + name.dropFirst(4) }
      if name.hasPrefix("fc.") { name = "logits." + name.dropFirst(3) }
      return (name: name, tensor: tensor)
    }
    return Loaded(
      graph: graph, parameters: Parameters(state.sorted { $0.name < $1.name }),
      input: formulaInput(samples: one.samples, shape: graph.input),
      logits: try #require(tensors["logits"]), middle: try #require(tensors["middle"]),
      gradient: try #require(tensors["gradient"]))
  }
}

/// The inputs of `generate_graphs.py`.
func formulaInput(samples: Int, shape: Shape) -> Activation {
  Activation(
    channelsFirst: (0..<samples * shape.count).map {
      Float(Double((7919 * $0) % 1021 - 510) / 300)
    }, samples: samples, shape: shape)
}
