import Testing

@testable import Compute

@Suite("Gradients")
struct GradientTests {
  @Test("Gradients of the mean cross-entropy equal PyTorch's to 1e-4", arguments: [1, 2])
  func golden(threads: Int) throws {
    let graph = try Golden.graph()
    let network = TrainingNetwork(
      Plan(graph), parameters: try Golden.parameters(), start: 0, firstTrainable: 0,
      threads: threads)
    let logits = network.forward(try Golden.input(), mode: .inference)
    let gradient = network.pool.take(4 * 8)
    let sums = CrossEntropy.evaluate(
      logits.start, classes: 8, labels: try Golden.targets(), weights: nil,
      gradient: gradient.start)
    let loss = Double(try Golden.tensor("backward/loss").values[0])
    #expect(abs(sums.mean - loss) <= 1e-5 * loss)
    network.backward(gradient)
    let moving = MovingTensor.all(of: network)
    #expect(moving.map(\.name) == (try graph.parameterNames()))
    for tensor in moving {
      let buffer = try #require(tensor.gradient)
      let expected = try Golden.tensor("backward/\(tensor.name)")
      #expect(tensor.tensor(buffer).shape == expected.shape)
      let error = relativeError(tensor.tensor(buffer).values, expected.values)
      #expect(error <= 1e-4, "gradient of \(tensor.name)")
    }
  }

  @Test("The gradient of a logit at a layer equals PyTorch's to 1e-4")
  func logit() throws {
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    let layer = try ForwardPass(graph: graph, parameters: parameters)
      .output(Golden.input(), of: "conv5_3")
    var weights = [Float](repeating: 0, count: 4 * 8)
    for (row, target) in try Golden.targets().enumerated() { weights[row * 8 + target] = 1 }
    let gradient = try LogitGradient(graph: graph, parameters: parameters, layer: "conv5_3")
      .gradient(of: weights, at: layer)
    let expected = try Golden.tensor("tcav/dlogit_dconv5_3")
    #expect(relativeError(gradient.channelsFirst(), expected.values) <= 1e-4)
  }

  @Test("A logit gradient refuses what does not fit")
  func refusals() throws {
    let graph = try Golden.graph()
    let parameters = try Golden.parameters()
    #expect(throws: NetworkError.self) {
      try LogitGradient(graph: graph, parameters: parameters, layer: "logits")
    }
    let gradient = try LogitGradient(graph: graph, parameters: parameters, layer: "fc7")
    let vector = randomActivation(samples: 1, shape: Shape(channels: 128), seed: 1)
    #expect(throws: NetworkError.self) { try gradient.gradient(of: [1], at: vector) }
    #expect(throws: NetworkError.self) {
      try gradient.gradient(of: Array(repeating: 1, count: 8), at: Golden.input())
    }
  }
}
