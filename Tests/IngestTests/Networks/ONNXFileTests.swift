import Compute
import Foundation
import HDF5
import Testing

@testable import Ingest

@Suite("ONNX files") struct ONNXFileTests {
  @Test("logits are onnxruntime's", arguments: ONNXFixtures.names)
  func logits(name: String) throws {
    let network = try ONNXFile.read(ONNXFixtures.url(name))
    let input = try ONNXFixtures.input(name, isChannelsLast: name == "channels_last")
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let logits = try pass.output(input)
    let wanted = try ONNXFixtures.array("\(name)/logits").values
    #expect(ONNXFixtures.difference(logits.values, wanted) <= 1e-5)
    #expect(network.graph.layers.last?.name == "logits")
  }

  @Test("layers bear the modules' names", arguments: ["residual_opset13", "residual_opset18"])
  func residualLayers(name: String) throws {
    let network = try ONNXFile.read(ONNXFixtures.url(name))
    let names = network.graph.layers.map(\.name)
    #expect(
      names.prefix(8) == [
        "stem", "layer1.0.conv1", "layer1.0.conv2", "layer1.0.down.0", "layer1.0",
        "layer1.1.conv1", "layer1.1.conv2", "layer1.1.down.0",
      ])
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let layer = try pass.output(try ONNXFixtures.input(name), of: "layer1.0")
    let wanted = try ONNXFixtures.array("\(name)/layer1.0").values
    #expect(ONNXFixtures.difference(layer.channelsFirst(), wanted) <= 1e-5)
  }

  @Test("an ONNX file is known by its first bytes", arguments: ONNXFixtures.names)
  func recognition(name: String) throws {
    let bytes = [UInt8](try Data(contentsOf: ONNXFixtures.url(name)))
    #expect(ONNXFile.recognises(Array(bytes.prefix(8))))
    #expect(!ONNXFile.recognises(Array("PK\u{3}\u{4}".utf8)))
    #expect(!ONNXFile.recognises([0x80, 2, 0x7d]))
  }

  @Test("notes tell what was left out")
  func notes() throws {
    #expect(
      try ONNXFile.read(ONNXFixtures.url("plain_opset13")).notes == [
        "The closing Softmax was left out: the output of a network is its logits."
      ])
    #expect(
      try ONNXFile.read(ONNXFixtures.url("typed")).notes.first?.contains("LogSoftmax") == true)
    #expect(try ONNXFile.read(ONNXFixtures.url("residual_opset13")).notes.isEmpty)
  }
}
