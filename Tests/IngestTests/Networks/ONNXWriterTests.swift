import Compute
import Foundation
import Testing

@testable import Ingest

@Suite("writing ONNX files") struct ONNXWriterTests {
  /// A network that has every operation, with weights from a fixed seed.
  static func everything() throws -> (graph: Graph, parameters: Parameters) {
    let kinds = Nonlinearity.allCases
    var nodes = [
      Node("in", .scale, inputs: ["input"]),
      Node(
        "a.pad", .pad(padding: Padding(top: 0, left: 0, bottom: 1, right: 2), value: .zeros),
        inputs: ["in"]),
      Node(
        "a.conv",
        .convolution(
          outputs: 8, kernel: Extent(height: 3, width: 2), stride: Extent(2), padding: Extent(0),
          groups: 1), inputs: ["a.pad"]),
      Node("a.norm", .batchNorm(epsilon: 1e-3), inputs: ["a.conv"]),
      Node("a", .relu, inputs: ["a.norm"], isLayer: true),
      Node(
        "b.conv",
        .convolution(
          outputs: 8, kernel: Extent(3), stride: Extent(1), padding: Extent(1), groups: 8),
        inputs: ["a"]),
      Node("b", .leakyRelu(slope: 0.2), inputs: ["b.conv"], isLayer: true),
      Node("gate.pool", .globalAveragePool, inputs: ["b"]),
      Node("gate.dense", .dense(outputs: 8), inputs: ["gate.pool"]),
      Node("gate", .sigmoid, inputs: ["gate.dense"]),
      Node("product", .multiply, inputs: ["b", "gate"]),
      Node("sum.add", .add, inputs: ["product", "a"]),
      Node("sum", .clip(low: -1, high: nil), inputs: ["sum.add"], isLayer: true),
    ]
    // The functions one after the other, each behind the one before.
    for (place, kind) in kinds.enumerated() {
      nodes.append(
        Node(
          "f\(place)", .activation(kind: kind),
          inputs: [place == 0 ? "sum" : "f\(place - 1)"]))
    }
    let last = "f\(kinds.count - 1)"
    nodes += [
      Node(
        "p1.pad", .pad(padding: Padding(top: 1, left: 0, bottom: 0, right: 1), value: .lowest),
        inputs: [last]),
      Node(
        "p1", .maxPool(kernel: Extent(2), stride: Extent(1), padding: Extent(0)),
        inputs: ["p1.pad"], isLayer: true),
      Node(
        "p2", .averagePool(kernel: Extent(3), stride: Extent(1), padding: Extent(1)),
        inputs: [last], isLayer: true),
      Node(
        "p3",
        .averagePoolExcludingPadding(
          kernel: Extent(2), stride: Extent(1),
          padding: Padding(top: 0, left: 1, bottom: 1, right: 0)), inputs: [last], isLayer: true),
      Node("joined", .concat, inputs: ["p1", "p2", "p3"], isLayer: true),
      Node("soft", .softmax, inputs: ["joined"]),
      Node("fc6.flatten", .flatten, inputs: ["soft"]),
      Node("fc6.dense", .dense(outputs: 6), inputs: ["fc6.flatten"]),
      Node("fc6.norm", .scale, inputs: ["fc6.dense"]),
      Node("fc6", .clip(low: 0, high: 6), inputs: ["fc6.norm"], isLayer: true),
      Node("logits.dropout", .dropout(probability: 0.25), inputs: ["fc6"]),
      Node("logits", .dense(outputs: 4), inputs: ["logits.dropout"], isLayer: true),
    ]
    let graph = try Graph(input: Shape(channels: 3, height: 9, width: 7), nodes: nodes)
    var parameters = graph.initialParameters(seed: 5)
    var stream = RandomStream(seed: 7, RandomStream.key("writer test"))
    for name in parameters.names where parameters[name]?.shape.count == 1 {
      let shape = parameters[name]?.shape ?? []
      parameters[name] = Tensor(
        shape: shape, values: (0..<shape[0]).map { _ in Float(stream.normal(1, 0.2)) })
    }
    return (graph, parameters)
  }

  private func input(_ graph: Graph) -> Activation {
    var stream = RandomStream(seed: 3, RandomStream.key("writer input"))
    return Activation(
      channelsFirst: (0..<2 * graph.input.count).map { _ in Float(stream.normal(0, 1)) },
      samples: 2, shape: graph.input)
  }

  @Test("what is written is read again", arguments: [ONNXWriter.largestFile, 100])
  func roundTrip(limit: Int) throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("network.onnx")
    let (graph, parameters) = try ONNXWriterTests.everything()
    try ONNXWriter.write(
      graph: graph, parameters: parameters, classes: ["a", "b", "ü", "d"], to: file, limit: limit)
    let network = try ONNXFile.read(file)
    #expect(network.classes == ["a", "b", "ü", "d"])
    let before = try ForwardPass(graph: graph, parameters: parameters).output(input(graph))
    let after = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(input(graph))
    #expect(ONNXFixtures.difference(before.values, after.values) <= 1e-6)
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
    #expect(
      names == (limit == 100 ? ["network.onnx", "network.onnx.data"] : ["network.onnx"]))
  }

  @Test("a VGG keeps its graph and its weights")
  func vgg() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("vgg.onnx")
    for batchNorm in [false, true] {
      let graph = try Graph.vgg16(
        VGGOptions(inputSize: 32, width: 0.05, batchNorm: batchNorm, classes: 7, denseWidth: 9))
      let parameters = graph.initialParameters(seed: 1)
      try ONNXWriter.write(graph: graph, parameters: parameters, to: file)
      let network = try ONNXFile.read(file)
      #expect(network.graph == graph)
      let names = try graph.parameterNames()
      #expect(network.parameters.selecting(names) == parameters.selecting(names))
    }
  }

  // onnx.checker and onnxruntime have seen `written.onnx`: `generate_onnx.py` took its logits from
  // onnxruntime. Weights come from a seed, so the bytes written here are the same. After a change
  // of the writer, LETHE_RECORD_FIXTURES=1 writes the file again.
  @Test("onnxruntime gives the same logits for what is written")
  func runtime() throws {
    let folder = try TemporaryFolder()
    let file = folder.url.appendingPathComponent("written.onnx")
    let (graph, parameters) = try ONNXWriterTests.everything()
    try ONNXWriter.write(graph: graph, parameters: parameters, to: file)
    let fixture = ONNXFixtures.url("written")
    if ProcessInfo.processInfo.environment["LETHE_RECORD_FIXTURES"] == "1" {
      try Data(contentsOf: file).write(to: fixture)
      Issue.record("written.onnx is new: run generate_onnx.py, then the tests again")
    }
    #expect(try Data(contentsOf: file) == Data(contentsOf: fixture))
    let logits = try ForwardPass(graph: graph, parameters: parameters)
      .output(try ONNXFixtures.input("written"))
    let wanted = try ONNXFixtures.array("written/logits").values
    #expect(ONNXFixtures.difference(logits.values, wanted) <= 1e-5)
  }
}
