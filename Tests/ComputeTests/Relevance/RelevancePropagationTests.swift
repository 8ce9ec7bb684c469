import Foundation
import Testing

@testable import Compute

@Suite("Relevance propagation") struct RelevancePropagationTests {
  @Test("Without biases relevance is conserved, in sums and between layers")
  func conservation() throws {
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 0.125, classes: 3, denseWidth: 32, dropout: 0.5))
    // Fresh biases are zero, so every unit that is on has positive contributions to share by.
    let parameters = graph.initialParameters(seed: 3)
    let inputs = randomActivation(samples: 3, shape: graph.input, seed: 2)
    for composite in RelevanceComposite.all where !composite.name.hasPrefix("preset") {
      let range = InputRange(low: [-4, -4, -4], high: [4, 4, 4])
      let result = try RelevancePropagation(
        graph: graph, parameters: parameters, composite: composite, bias: .zero, inputRange: range
      ).run(inputs, targets: [.logit(0), .logit(1), .logit(2)])
      for sample in 0..<3 {
        let start = result.starts[sample]
        #expect(start == Double(result.logits.values[sample * 3 + sample]))
        let sums = result.layers.map { ($0.name, $0.sums[sample]) }
        for (name, sum) in sums + [("input", result.inputSums[sample])] {
          let difference = abs(sum - start)
          #expect(difference <= 1e-3 * abs(start), "\(composite.name) \(name): \(sum) \(start)")
        }
      }
    }
  }

  @Test("Biases that are kept take part")
  func biases() throws {
    let result = try GoldenRelevanceTests.propagation("epsilon-plus-flat", .keep)
      .run(Golden.input(), targets: GoldenRelevanceTests.targets())
    for (sum, start) in zip(result.inputSums, result.starts) {
      #expect(abs(sum - start) > 1e-3 * abs(start))
    }
    #expect(result.layers.map(\.name) == (try Golden.graph().layers.map(\.name).reversed()))
    let ordinals = try Golden.graph().layers.indices.reversed()
    #expect(result.layers.map(\.ordinal) == Array(ordinals))
  }

  @Test("Logits with batch norm merged equal those of the forward pass to 1e-5")
  func merging() throws {
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 0.125, batchNorm: true, classes: 4, denseWidth: 16))
    let parameters = RelevanceGraphs.parameters(of: graph, seed: 8)
    let inputs = randomActivation(samples: 2, shape: graph.input, seed: 4)
    let result = try RelevancePropagation(graph: graph, parameters: parameters)
      .run(inputs, targets: [.logit(0), .logit(0)])
    let expected = try ForwardPass(graph: graph, parameters: parameters).output(inputs)
    #expect(relativeError(result.logits.values, expected.values) <= 1e-5)
  }

  @Test("A product without a gate is refused by name; a sigmoid tells the gate")
  func gates() throws {
    let graph = { (first: Compute.Operation) in
      try Graph(
        input: Shape(channels: 2),
        nodes: [
          Node("a", first, inputs: ["input"]),
          Node("swish", .multiply, inputs: ["a", "input"], isLayer: true),
          Node("logits", .dense(outputs: 2), inputs: ["swish"], isLayer: true),
        ])
    }
    let open = try graph(.activation(kind: .tanh))
    let error = #expect(throws: NetworkError.self) {
      try RelevancePropagation(graph: open, parameters: open.initialParameters(seed: 1))
    }
    #expect(error?.description.contains("the product 'swish'") == true)
    let gated = try graph(.sigmoid)
    let parameters = gated.initialParameters(seed: 1)
    let inputs = Activation(samples: 1, shape: gated.input, values: [2, -1])
    let composite = RelevanceComposite(
      name: "test", first: nil, convolution: .zPlus, dense: .epsilon(1e-6))
    let result = try RelevancePropagation(
      graph: gated, parameters: parameters, composite: composite, bias: .zero
    ).run(inputs, targets: [.logit(1)])
    let weight = try #require(parameters["logits.weight"]).values
    let swish = inputs.values.map { $0 / (1 + exp(-$0)) }
    #expect(
      relativeError(result.input.values, [weight[2] * swish[0], weight[3] * swish[1]]) <= 1e-4)
  }

  @Test("The relevance of a difference is the difference of relevances, to 1e-5")
  func difference() throws {
    let propagation = try GoldenRelevanceTests.propagation("epsilon-plus-flat", .keep)
    let input = try Golden.input()
    let run = { (target: RelevanceTarget) in
      try propagation.run(input, targets: Array(repeating: target, count: 4))
    }
    let (first, second) = (try run(.logit(3)), try run(.logit(5)))
    let both = try run(.difference(3, 5))
    let expected = zip(first.input.values, second.input.values).map { $0 - $1 }
    #expect(relativeError(both.input.values, expected) <= 1e-5)
    #expect(both.starts == zip(first.starts, second.starts).map { $0 - $1 })
    let nothing = try run(.difference(2, 2))
    #expect(nothing.input.values.allSatisfy { $0 == 0 })
  }

  @Test("Masks of all channels between them carry the whole, to 1e-5")
  func channelMasks() throws {
    let propagation = try GoldenRelevanceTests.propagation("epsilon-plus-flat", .keep)
    let input = try Golden.input()
    let targets = try GoldenRelevanceTests.targets()
    let whole = try propagation.run(
      input, targets: targets, request: RelevanceRequest(channelSums: ["conv5_3"]))
    let layer = try #require(whole.layers.first { $0.name == "conv5_3" })
    #expect(layer.channelSums.count == 4 * 64)
    var sum = [Float](repeating: 0, count: whole.input.values.count)
    for part in [Set(0..<10), Set(10..<64)] {
      let result = try propagation.run(
        input, targets: targets,
        request: RelevanceRequest(channelSums: ["conv5_3"], channelMasks: ["conv5_3": part]))
      let masked = try #require(result.layers.first { $0.name == "conv5_3" })
      for sample in 0..<4 {
        for channel in 0..<64 {
          let place = sample * 64 + channel
          let expected = part.contains(channel) ? layer.channelSums[place] : 0
          #expect(masked.channelSums[place] == expected)
        }
        let row = masked.channelSums[sample * 64..<(sample + 1) * 64]
        #expect(abs(row.reduce(0, +) - masked.sums[sample]) <= 1e-9)
      }
      for index in sum.indices { sum[index] += result.input.values[index] }
    }
    #expect(relativeError(sum, whole.input.values) <= 1e-5)
  }

  @Test("A last softmax is stripped")
  func softmax() throws {
    let graph = try RelevanceGraphs.chain()
    let longer = try Graph(
      input: graph.input,
      nodes: graph.nodes + [Node("softmax", .softmax, inputs: ["logits"], isLayer: true)])
    let parameters = RelevanceGraphs.parameters(of: graph, seed: 1)
    let inputs = randomActivation(samples: 1, shape: graph.input, seed: 4)
    let run = {
      try RelevancePropagation(graph: $0, parameters: parameters).run(inputs, targets: [.logit(1)])
    }
    let (stripped, plain) = (try run(longer), try run(graph))
    #expect(stripped == plain)
  }

  @Test("What does not fit is refused")
  func refusals() throws {
    #expect(throws: NetworkError.self) { try RelevanceComposite.named("epsilon") }
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    let box = try RelevanceComposite.named("epsilon-gamma-box")
    #expect(throws: NetworkError.self) {
      try RelevancePropagation(graph: graph, parameters: parameters, composite: box)
    }
    #expect(throws: NetworkError.self) {
      try RelevancePropagation(
        graph: graph.prefix(upTo: "conv5_3"), parameters: parameters)
    }
    let norm = try RelevanceGraphs.normFirst()
    #expect(throws: NetworkError.self) {
      try RelevancePropagation(
        graph: norm, parameters: norm.initialParameters(seed: 1), composite: box,
        inputRange: InputRange(low: [0, 0], high: [1, 1]))
    }
    let propagation = try RelevancePropagation(graph: graph, parameters: parameters)
    let input = try Golden.input()
    let targets = try GoldenRelevanceTests.targets()
    #expect(throws: NetworkError.self) { try propagation.run(input, targets: [.logit(0)]) }
    #expect(throws: NetworkError.self) {
      try propagation.run(input, targets: Array(repeating: .difference(0, 8), count: 4))
    }
    #expect(throws: NetworkError.self) {
      try propagation.run(
        input, targets: targets, request: RelevanceRequest(maps: ["conv9_9"]))
    }
    #expect(throws: NetworkError.self) {
      try propagation.run(
        input, targets: targets, request: RelevanceRequest(channelMasks: ["conv1_1": [8]]))
    }
  }
}
