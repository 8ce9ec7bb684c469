import Compute
import Foundation
import Testing

@Suite("Architectures")
struct ArchitectureTests {
  @Test("VGG16 has the JSON that stored networks have, byte by byte")
  func stored() throws {
    let narrow = VGGOptions(
      inputSize: 64, width: 0.25, batchNorm: true, classes: 8, denseWidth: 256, dropout: 0)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // FNV-1a over the JSON as a script writes it from the published list of layers.
    let hash = { (options: VGGOptions) in
      try encoder.encode(Graph.vgg16(options)).reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
        ($0 ^ UInt64($1)) &* 0x100_0000_01b3
      }
    }
    #expect(try hash(VGGOptions()) == 0xb743_578f_7fb6_e873)
    #expect(try hash(narrow) == 0xc055_3937_dd6e_4f0c)
  }

  @Test(
    "VGGs have the published numbers of parameters",
    arguments: [(11, 132_863_336), (13, 133_047_848), (16, 138_357_544), (19, 143_667_240)])
  func vggCounts(depth: Int, expected: Int) throws {
    let graph = try Graph.vgg(depth: depth, VGGOptions())
    #expect(count(graph) == expected)
    #expect(graph.layers.count { $0.kind == "convolution" || $0.kind == "dense" } == depth)
    #expect(graph.shape(of: "pool5") == Shape(channels: 512, height: 7, width: 7))
  }

  @Test(
    "ResNets have the published numbers of parameters",
    arguments: [(18, 11_689_512), (34, 21_797_672), (50, 25_557_032)])
  func resNetCounts(depth: Int, expected: Int) throws {
    let graph = try resNet(depth: depth)
    // Running statistics do not count, nor do the convolutions' biases, which torchvision has not.
    #expect(count(graph) { !$0.contains("running") && !isConvolutionBias($0) } == expected)
    let blocks = depth == 18 ? 8 : 16
    let names = graph.layers.map(\.name)
    #expect(names.count == blocks + 4)
    #expect(names.prefix(3) == ["conv1", "pool1", "layer1.0"])
    #expect(names.suffix(2) == ["avgpool", "logits"])
    let last = depth == 50 ? "layer4.2" : depth == 34 ? "layer4.2" : "layer4.1"
    #expect(graph.shape(of: last)?.height == 7)
  }

  @Test("What cannot be a VGG or ResNet is refused")
  func refusals() {
    #expect(throws: NetworkError.self) { try Graph.vgg(depth: 12, VGGOptions()) }
    var layout = VGGLayout(
      input: Shape(channels: 3, height: 8, width: 8), convolutions: [[4], [-1]], dense: [],
      classes: 2)
    #expect(throws: NetworkError.self) { try Graph.vgg(layout) }
    layout.convolutions = Array(repeating: [4], count: 4)
    #expect(throws: NetworkError.self) { try Graph.vgg(layout) }
    layout.convolutions = [[4]]
    layout.meanWindow = 0
    #expect(throws: NetworkError.self) { try Graph.vgg(layout) }
    let absurd = ResNetLayout(
      input: Shape(channels: 3, height: 64, width: 64), stem: .max,
      stages: [.init(blocks: .max, width: 1, outputs: .max)], isBottleneck: false, classes: 2)
    #expect(throws: NetworkError.self) { try Graph.resNet(absurd) }
  }

  private func resNet(depth: Int) throws -> Graph {
    let blocks = try #require(ResNetLayout.blocks(depth: depth))
    return try Graph.resNet(
      ResNetLayout(
        input: Shape(channels: 3, height: 224, width: 224), stem: 64,
        stages: blocks.counts.enumerated().map { stage, count in
          let width = 64 << stage
          return .init(
            blocks: count, width: width, outputs: blocks.isBottleneck ? 4 * width : width)
        }, isBottleneck: blocks.isBottleneck, classes: 1000))
  }

  private func isConvolutionBias(_ name: String) -> Bool {
    name.hasSuffix(".bias") && (name.contains("conv") || name.contains("downsample.0"))
      && !name.contains("norm")
  }

  private func count(_ graph: Graph, where isCounted: (String) -> Bool = { _ in true }) -> Int {
    graph.parameterCounts.filter { isCounted($0.key) }.values.reduce(0, +)
  }
}

extension Graph {
  /// Numbers in each parameter, from the shapes that a check asks for.
  fileprivate var parameterCounts: [String: Int] {
    var counts: [String: Int] = [:]
    for node in nodes {
      let input = shape(of: node.inputs[0]) ?? input
      switch node.operation {
      case .convolution(let outputs, let kernel, _, _, let groups):
        counts["\(node.parameterPrefix).weight"] =
          outputs * input.channels / groups * kernel.height * kernel.width
        counts["\(node.parameterPrefix).bias"] = outputs
      case .dense(let outputs):
        counts["\(node.parameterPrefix).weight"] = outputs * input.channels
        counts["\(node.parameterPrefix).bias"] = outputs
      case .batchNorm:
        for suffix in ["weight", "bias", "running_mean", "running_var"] {
          counts["\(node.parameterPrefix).\(suffix)"] = input.channels
        }
      default: break
      }
    }
    return counts
  }
}
