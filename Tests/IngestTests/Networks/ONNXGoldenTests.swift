import Compute
import Testing

@testable import Ingest

@Suite("ONNX of a VGG") struct ONNXGoldenTests {
  @Test("every layer is PyTorch's, by Lethe's names")
  func layers() throws {
    let network = try ONNXFile.read(ONNXFixtures.url("vgg_small"))
    let own = try Graph.vgg16(
      VGGOptions(inputSize: 32, width: 0.125, classes: 8, denseWidth: 128, dropout: 0))
    #expect(network.graph == own)
    #expect(network.notes.isEmpty)
    let golden = try ONNXGolden()
    let pass = try ForwardPass(
      graph: network.graph, parameters: network.parameters, numerics: .strict)
    var layers = 0
    try pass.run(try golden.input()) { layer in
      let wanted = try golden.values("forward/\(layer.name)")
      #expect(ONNXFixtures.difference(layer.activation.channelsFirst(), wanted) <= 1e-5)
      layers += 1
    }
    #expect(layers == 21)
  }
}
