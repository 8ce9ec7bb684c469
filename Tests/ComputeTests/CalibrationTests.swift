import Testing

@testable import Compute

@Suite("Calibration on data") struct CalibrationTests {
  @Test("every layer has mean 0 and variance 1 a channel (logits 0.01), to 1e-4")
  func standardised() throws {
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 1.0 / 16, classes: 5, denseWidth: 12, dropout: 0.3))
    var stream = RandomStream(seed: 9)
    let batch = Activation(
      samples: 48, shape: graph.input,
      values: (0..<48 * graph.input.count).map { _ in Float(stream.normal(0.3, 2)) })
    let start = graph.initialParameters(seed: 4)
    let calibrated = try graph.calibrated(start, on: batch, threads: 2)
    #expect(calibrated != start)
    // All inner nodes made layers, so that what comes before each ReLU is seen.
    let open = try Graph(
      input: graph.input,
      nodes: graph.nodes.map {
        Node($0.name, $0.operation, inputs: $0.inputs, isLayer: true)
      })
    var seen = 0
    try ForwardPass(graph: open, parameters: calibrated).run(batch) { layer in
      guard ["convolution", "dense"].contains(open.nodes[layer.ordinal].operation.kind) else {
        return
      }
      seen += 1
      let channels = layer.activation.shape.channels
      for channel in 0..<channels {
        let values = stride(from: channel, to: layer.activation.values.count, by: channels)
          .map { Double(layer.activation.values[$0]) }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        // A channel that is off for every input cannot be standardised.
        guard variance > 0 else { continue }
        let target = layer.name == "logits" ? 0.01 : 1
        #expect(abs(mean) < 1e-4 && abs(variance - target) < 1e-4, "\(layer.name) \(channel)")
      }
    }
    #expect(seen == 16)
  }

  @Test("layers before batch norm stay as they are")
  func batchNorm() throws {
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 1.0 / 16, batchNorm: true, classes: 2, denseWidth: 4))
    let start = graph.initialParameters(seed: 1)
    let batch = Activation(
      samples: 2, shape: graph.input,
      values: (0..<2 * graph.input.count).map { Float($0 % 7) })
    let calibrated = try graph.calibrated(start, on: batch)
    #expect(calibrated["conv1_1.weight"] == start["conv1_1.weight"])
    #expect(calibrated["fc6.weight"] != start["fc6.weight"])
  }
}
