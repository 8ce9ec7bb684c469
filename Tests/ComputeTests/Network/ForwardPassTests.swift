import Compute
import Testing

@Suite("Forward pass")
struct ForwardPassTests {
  @Test("Every named layer equals PyTorch's to 1e-5")
  func golden() throws {
    let pass = try ForwardPass(graph: Golden.graph(), parameters: Golden.parameters(), threads: 2)
    var names: [String] = []
    try pass.run(Golden.input()) { output in
      let expected = try Golden.tensor("forward/\(output.name)")
      let error = relativeError(output.activation.channelsFirst(), expected.values)
      #expect(error <= 1e-5, "layer \(output.name)")
      #expect(output.ordinal == names.count)
      names.append(output.name)
    }
    #expect(names == pass.graph.layers.map(\.name))
    #expect(names.count == 21)
    let probabilities = Softmax.probabilities(
      try pass.output(Golden.input()).values, classes: 8)
    #expect(relativeError(probabilities, try Golden.tensor("forward/softmax").values) <= 1e-5)
  }

  @Test(
    "A sample has the same bits in any batch, on any number of threads", arguments: [1, 5, 8, 32])
  func batchAndThreads(samples: Int) throws {
    let options = VGGOptions(
      inputSize: 40, width: 0.125, batchNorm: samples == 5, classes: 7, denseWidth: 600)
    let graph = try Graph.vgg16(options)
    let parameters = graph.initialParameters(seed: 5)
    let all = randomActivation(samples: 32, shape: graph.input, seed: 1)
    let reference = try record(graph, parameters, all, threads: 2)
    let order = samples <= 8 ? Array(3..<3 + samples) : (0..<samples).reversed()
    let part = all.selecting(order)
    for threads in [1, 2, 3] {
      let outputs = try record(graph, parameters, part, threads: threads)
      for (output, expected) in zip(outputs, reference) {
        let same = expected.activation.selecting(order)
        #expect(output.activation == same, "layer \(output.name), \(threads) threads")
      }
    }
  }

  @Test("Starting after a stored layer gives the same bits as the whole run")
  func startAfter() throws {
    let graph = try Golden.graph()
    let pass = try ForwardPass(graph: graph, parameters: Golden.parameters())
    let whole = try record(graph, Golden.parameters(), Golden.input(), threads: 1)
    for (position, start) in whole.dropLast(2).enumerated() {
      var rest: [LayerOutput] = []
      try pass.run(start.activation, after: start.name, until: "fc7") { rest.append($0) }
      let expected = whole[(position + 1)...].prefix { $0.name != "logits" }
      #expect(rest.map(\.name) == expected.map(\.name))
      #expect(rest.map(\.ordinal) == expected.map(\.ordinal))
      #expect(rest.map(\.activation) == expected.map(\.activation))
    }
  }

  @Test("Made ready from after a layer on, it needs only what comes after")
  func readyFromLayer() throws {
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    let whole = try record(graph, parameters, Golden.input(), threads: 1)
    let start = try #require(whole.first { $0.name == "pool3" })
    var loaded: [String] = []
    let pass = try ForwardPass(graph: graph, after: "pool3", numerics: .fast, threads: 2) { name in
      loaded.append(name)
      return parameters[name]
    }
    #expect(loaded == (try graph.parameterNames(from: "conv4_1")))
    #expect(try pass.output(start.activation, after: "pool3") == whole.last?.activation)
    let middle = try #require(whole.first { $0.name == "conv5_1" })
    #expect(try pass.output(middle.activation, after: "conv5_1") == whole.last?.activation)
    #expect(throws: NetworkError.self) { try pass.output(Golden.input()) }
    #expect(throws: NetworkError.self) {
      try ForwardPass(graph: graph, after: "pool9", numerics: .fast, threads: 1) { parameters[$0] }
    }
    #expect(throws: NetworkError.self) {
      try ForwardPass(graph: graph, numerics: .fast, threads: 1) {
        $0 == "fc7.weight" ? nil : parameters[$0]
      }
    }
  }

  @Test("The bytes of arranged weights are those of the layers that come after")
  func weightBytes() throws {
    // `logits`: 4 × 3 weights and 3 biases. `stem.conv`: 3 × 3 × 2 × 4 weights, 36 instead of 9 by
    // F(4×4), padded to whole vectors of channels.
    let graph = try SmallGraphs.residual()
    #expect(try ForwardPass.weightBytes(of: graph, after: "sum", numerics: .fast) == 4 * (12 + 3))
    let all = try ForwardPass.weightBytes(of: graph, numerics: .fast)
    let stem =
      try ForwardPass.weightBytes(of: graph, numerics: .fast)
      - ForwardPass.weightBytes(of: graph, after: "stem", numerics: .fast)
    #expect(stem >= 4 * 9 * 2 * 4 && stem <= 4 * 64 * 8 * 16)
    #expect(all > stem)
  }

  @Test("A skip connection is computed, and cannot be cut")
  func skip() throws {
    let graph = try SmallGraphs.residual()
    let pass = try ForwardPass(graph: graph, parameters: graph.initialParameters(seed: 2))
    let input = randomActivation(samples: 3, shape: graph.input, seed: 4)
    var outputs: [String: Activation] = [:]
    try pass.run(input) { outputs[$0.name] = $0.activation }
    let stem = try #require(outputs["stem"])
    let inner = try #require(outputs["inner"])
    let sum = try #require(outputs["sum"])
    let expected = zip(stem.values, inner.values).map { max(0, $0 + $1) }
    #expect(sum.values == expected)
    #expect(try pass.output(sum, after: "sum") == outputs["logits"])
    #expect(throws: NetworkError.self) { try pass.output(inner, after: "inner") }
  }

  @Test("An input that does not fit is refused with a reason")
  func refusals() throws {
    let graph = try Golden.graph()
    var parameters = try Golden.parameters()
    let pass = try ForwardPass(graph: graph, parameters: parameters)
    let wrong = Activation(
      samples: 1, shape: Shape(channels: 1, height: 32, width: 32),
      values: Array(repeating: 0, count: 1024))
    #expect(throws: NetworkError.self) { try pass.output(wrong) }
    #expect(throws: NetworkError.self) { try pass.output(wrong, after: "conv9_9") }
    #expect(throws: NetworkError.self) { try pass.output(Golden.input(), of: "conv9_9") }
    parameters["fc6.weight"] = Tensor(shape: [1, 2], values: [0, 0])
    #expect(throws: NetworkError.self) { try ForwardPass(graph: graph, parameters: parameters) }
    parameters["fc6.weight"] = nil
    #expect(throws: NetworkError.self) { try ForwardPass(graph: graph, parameters: parameters) }
  }

  @Test("A missing bias is a zero bias; no samples give no numbers")
  func edges() throws {
    let graph = try Golden.graph()
    var zeroed = try Golden.parameters()
    var removed = zeroed
    for name in zeroed.names where name.hasSuffix(".bias") {
      let count = zeroed[name]?.values.count ?? 0
      zeroed[name] = Tensor(shape: [count], values: Array(repeating: 0, count: count))
      removed[name] = nil
    }
    let input = try Golden.input()
    #expect(
      try ForwardPass(graph: graph, parameters: zeroed).output(input)
        == ForwardPass(graph: graph, parameters: removed).output(input))
    let empty = try ForwardPass(graph: graph, parameters: zeroed).output(input.selecting([]))
    #expect(empty.samples == 0 && empty.values.isEmpty)
  }

  private func record(
    _ graph: Graph, _ parameters: Parameters, _ input: Activation, threads: Int
  ) throws -> [LayerOutput] {
    var outputs: [LayerOutput] = []
    try ForwardPass(graph: graph, parameters: parameters, threads: threads)
      .run(input) { outputs.append($0) }
    return outputs
  }
}
