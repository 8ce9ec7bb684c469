import Compute
import Foundation
import Testing

@testable import Ingest

/// State dicts, most of them PyTorch's own (see `Tests/Fixtures`), and what becomes of them.
@Suite("Architectures of state dicts")
struct ArchitectureMatcherTests {
  @Test("The reference VGG16 matches without options, to 1e-5 of PyTorch's logits")
  func golden() throws {
    let (tensors, golden) = try goldenState()
    let network = try ArchitectureMatcher.match(tensors)
    #expect(network.graph.input == Shape(channels: 3, height: 32, width: 32))
    let layers = network.graph.layers.map(\.name)
    #expect(layers == (try Graph.vgg16(VGGOptions()).layers.map(\.name)))
    #expect(network.notes.count == 1, "\(network.notes)")
    let input = Activation(
      channelsFirst: try #require(golden["input"]).values, samples: 4, shape: network.graph.input)
    let logits = try logits(network, input)
    #expect(error(logits, try #require(golden["forward/logits"]).values) <= 1e-5)
  }

  @Test(
    "Wrappers' prefixes and names of other spellings lead to the same network",
    arguments: ["module.", "_orig_mod.module.", "model.backbone.", "lethe", "keras", "keras 3"])
  func spellings(_ spelling: String) throws {
    let (tensors, _) = try goldenState()
    let expected = try ArchitectureMatcher.match(tensors)
    let renamed = Dictionary(
      uniqueKeysWithValues: tensors.map { name, tensor in
        (Self.rename(name, spelling, expected), tensor)
      })
    let isKeras = spelling.hasPrefix("keras")
    let network = try ArchitectureMatcher.match(renamed, channelsLastFlatten: isKeras)
    // Dropout is known of torchvision's classifier alone.
    let kept = network.graph.nodes.filter { !$0.name.hasSuffix("dropout") }.map(\.name)
    #expect(kept == expected.graph.nodes.filter { !$0.name.hasSuffix("dropout") }.map(\.name))
    #expect(network.parameters == expected.parameters)
  }

  private static func rename(
    _ name: String, _ spelling: String, _ network: ImportedNetwork
  ) -> String {
    guard let index = torchvisionNames.firstIndex(where: { name.hasPrefix($0 + ".") }) else {
      return spelling + name
    }
    let suffix = name.hasSuffix("bias") ? "bias" : "weight"
    let layer = network.graph.layers.filter { ["convolution", "dense"].contains($0.kind) }[index]
    let names = ["fc6": "fc1", "fc7": "fc2", "logits": "predictions"]
    switch spelling {
    case "lethe": return "\(layer.name).\(suffix)"
    case "keras", "keras 3":
      let parts = layer.name.dropFirst(4).split(separator: "_")
      let keras = names[layer.name] ?? "block\(parts[0])_conv\(parts[1])"
      let variable = suffix == "weight" ? "kernel" : "bias"
      return spelling == "keras" ? "\(keras)/\(keras)/\(variable):0" : "\(keras)/\(variable)"
    default: return spelling + name
    }
  }

  @Test(
    "ResNets match, to 1e-5 of PyTorch's logits and middle layers",
    arguments: [("resnet18", "layer2.1", 3), ("resnet50", "layer3.0", 2)])
  func resNets(name: String, middle: String, samples: Int) throws {
    let fixture = try NetworkFixture.tensors("networks/\(name)")
    var state = fixture.state
    state["bn1.num_batches_tracked"] = Tensor(shape: [], values: [5])
    let network = try ArchitectureMatcher.match(state, inputSize: 64)
    #expect(network.notes[0].contains("\(name) in torchvision's names"))
    #expect(
      network.graph.layers.map(\.name).suffix(3) == [
        name == "resnet18" ? "layer4.1" : "layer4.2", "avgpool", "logits",
      ])
    let input = formulaInput(samples: samples, shape: network.graph.input)
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let values = try pass.output(input, of: middle).channelsFirst()
    #expect(error(values, try #require(fixture.all["middle"]).values) <= 1e-5)
    #expect(error(try logits(network, input), try #require(fixture.all["logits"]).values) <= 1e-5)
    // What Lethe writes by its own names is told too.
    let own = Dictionary(
      uniqueKeysWithValues: network.parameters.names.compactMap { name in
        network.parameters[name].map { (name, $0) }
      })
    let again = try ArchitectureMatcher.match(own, inputSize: 64)
    #expect(again.graph == network.graph && again.parameters == network.parameters)
  }

  @Test(
    "torchvision's adaptive pool is met at every input size, to 1e-5",
    arguments: [64, 224, 256, 448])
  func adaptivePool(size: Int) throws {
    let fixture = try NetworkFixture.tensors("networks/vgg11_bn")
    let network = try ArchitectureMatcher.match(
      fixture.state, inputSize: size == 224 ? nil : size)
    #expect(network.graph.input.width == size)
    let input = formulaInput(samples: 2, shape: network.graph.input)
    let expected = try #require(fixture.all["logits/\(size)"]).values
    #expect(error(try logits(network, input), expected) <= 1e-5)
    #expect(network.notes.count == (size == 224 ? 1 : 2))
  }

  @Test(
    "Every VGG and ResNet of any width is told from its own names",
    arguments: KnownArchitecture.all.map(\.title))
  func all(title: String) throws {
    let architecture = try #require(KnownArchitecture.all.first { $0.title == title })
    let state = Self.state(of: architecture)
    let isKeras = architecture.spelling == .keras
    let network = try ArchitectureMatcher.match(
      state, inputSize: 64, channelsLastFlatten: isKeras)
    #expect(network.notes[0].contains(architecture.title + ","), "\(network.notes)")
    try network.graph.check(network.parameters)
    #expect(network.parameters.names.count == state.count)
    let forced = try ArchitectureMatcher.match(
      state, architecture: architecture.name.replacing("-", with: "_"), inputSize: 64,
      channelsLastFlatten: isKeras)
    #expect(forced.graph == network.graph)
    // Without one of its tensors it is refused, and the message names the tensor.
    for layer in architecture.layers where layer.name.contains("conv2") || layer.name == "conv1_1" {
      var damaged = state
      damaged["\(layer.fileName).weight"] = nil
      let refusal = #expect(throws: IngestError.self) {
        try ArchitectureMatcher.match(damaged, inputSize: 64)
      }
      let message = refusal?.description ?? ""
      #expect(message.contains("\(layer.fileName).weight"), "\(message)")
      #expect(message.utf8.count < 2_000)
    }
  }

  @Test("Keras' ResNet50, to 1e-5 of its answers; it strides first and has its own epsilon")
  func kerasResNet() throws {
    let fixture = try NetworkFixture.tensors("networks/resnet50_keras")
    let network = try ArchitectureMatcher.match(
      fixture.state, inputSize: 64, channelsLastFlatten: true)
    let input = formulaInput(samples: 2, shape: network.graph.input)
    let middle = try ForwardPass(graph: network.graph, parameters: network.parameters)
      .output(input, of: "layer2.1").channelsFirst()
    #expect(error(middle, try #require(fixture.all["middle"]).values) <= 1e-5)
    #expect(error(try logits(network, input), try #require(fixture.all["logits"]).values) <= 1e-5)
    let strides = network.graph.nodes.filter { $0.name.hasPrefix("layer2.0.conv") }.map {
      if case .convolution(_, _, let stride, _, _) = $0.operation { stride.height } else { 0 }
    }
    #expect(strides == [2, 1, 1])
    let norm = network.graph.nodes.first { $0.name == "layer2.0.bn1" }
    #expect(norm?.operation == .batchNorm(epsilon: 1.001e-5))
  }

  @Test("A Keras head of another kind is found, and what it is taken for is noted")
  func kerasHead() throws {
    let architecture = try #require(
      KnownArchitecture.all.first { $0.name == "vgg16" && $0.spelling == .keras })
    var state = Self.state(of: architecture).filter { !$0.key.hasPrefix("fc") }
    state["predictions.weight"] = nil
    state["predictions.bias"] = nil
    let channels = try #require(state["block5_conv3.weight"]).shape[0]
    state["dense/kernel"] = Self.tensor([9, channels])
    state["dense_1/kernel"] = Self.tensor([3, 9])
    let network = try ArchitectureMatcher.match(
      state, inputSize: 96, channelsLastFlatten: true)
    #expect(network.graph.shape(of: "pool5")?.width == 3)
    #expect(network.graph.shape(of: "avgpool")?.pixels == 1)
    #expect(network.graph.shape(of: "fc6") == Shape(channels: 9))
    #expect(network.graph.shapes.last == Shape(channels: 3))
    #expect(network.notes.contains { $0.contains("dense/kernel, dense_1/kernel") })
  }

  @Test("A flattening with channels last is brought to channels first")
  func channelsLast() throws {
    // 2 channels of 2×2: pixel by pixel, channel by channel.
    let weight = FlattenedWeight(
      Tensor(shape: [1, 8], values: [0, 1, 10, 11, 20, 21, 30, 31]), channels: 2, side: 2,
      isChannelsLast: true)
    #expect(weight.tensor.values == [0, 10, 20, 30, 1, 11, 21, 31])
    // Means of 2 over 3: pixels 0–1 and 1–2.
    let line = FlattenedWeight(
      Tensor(shape: [1, 4], values: [4, 0, 0, 8]), channels: 1, side: 2, isChannelsLast: false)
    #expect(line.absorbingPool(from: 3).values == [1, 1, 0, 1, 3, 2, 0, 2, 2])
  }

  @Test("Unknown weights are refused by what is nearest")
  func refusals() throws {
    let (tensors, _) = try goldenState()
    var more = tensors
    more["features.31.weight"] = Self.tensor([64, 64, 3, 3])
    var head = tensors
    head["classifier.6.weight"] = Self.tensor([8, 77])
    var extra = tensors
    extra["decoder.weight"] = Self.tensor([4, 4, 1, 1])
    let many = Dictionary(
      uniqueKeysWithValues: (0..<500).map {
        ("block.\($0)." + String(repeating: "x", count: 300), Self.tensor([1]))
      })
    for (state, complaint) in [
      (more, "features.31.weight"), (head, "classifier.6.weight [8, 77]"),
      (extra, "decoder.weight"), (many, "494 more"), ([:], "holds none"),
      (tensors.filter { $0.key.hasPrefix("features") }, "no dense layer"),
      (tensors.mapValues { Tensor(shape: [$0.values.count], values: $0.values) }, "dense layer"),
    ] {
      let refusal = #expect(throws: IngestError.self) { try ArchitectureMatcher.match(state) }
      let message = refusal?.description ?? ""
      #expect(message.contains(complaint), "\(message)")
      #expect(message.utf8.count < 2_000)
    }
    let noted = try ArchitectureMatcher.match(extra, architecture: "vgg16")
    #expect(noted.notes.last?.contains("decoder.weight") == true)
    for name in ["vgg13", "resnet18", "alexnet"] {
      let refusal = #expect(throws: IngestError.self) {
        try ArchitectureMatcher.match(tensors, architecture: name)
      }
      #expect(refusal?.description.contains(name) == true)
    }
    for size in [0, 31, -5, 5_000, .max] {
      #expect(throws: IngestError.self) {
        try ArchitectureMatcher.match(tensors, inputSize: size)
      }
    }
  }

  @Test("Misshapen tensors are refused, whatever their shapes")
  func hostile() throws {
    let fixture = try NetworkFixture.tensors("networks/resnet50")
    let (vgg, _) = try goldenState()
    for state in [fixture.state, vgg] {
      for (index, name) in state.keys.sorted().enumerated() where index % 7 == 3 {
        let count = state[name]?.values.count ?? 0
        for shape in [[], [count], [1, count], [count, 1], [1, 1, count, 1], [0], [0, 7, 3, 3]] {
          var damaged = state
          let values = [Float](repeating: 1, count: shape.reduce(1, *))
          damaged[name] = Tensor(shape: shape, values: values)
          guard shape != state[name]?.shape else { continue }
          do {
            let network = try ArchitectureMatcher.match(damaged, inputSize: 64)
            // A vector may lawfully have another length only with everything that follows it.
            try network.graph.check(network.parameters)
          } catch is IngestError {
          } catch is NetworkError {}
        }
      }
    }
  }
}

extension ArchitectureMatcherTests {
  private static let torchvisionNames =
    [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28].map { "features.\($0)" }
    + [0, 3, 6].map { "classifier.\($0)" }

  /// The reference network by torchvision's names, and all reference vectors.
  private func goldenState() throws -> (state: [String: Tensor], golden: [String: Tensor]) {
    let golden = try NetworkFixture.tensors("compute/vgg_small_golden").all
    let layers = try Graph.vgg16(VGGOptions()).layers.filter { !$0.kind.hasSuffix("pool") }
    var state: [String: Tensor] = [:]
    for (layer, name) in zip(layers, Self.torchvisionNames) {
      for suffix in ["weight", "bias"] {
        state["\(name).\(suffix)"] = golden["parameters/\(layer.name).\(suffix)"]
      }
    }
    return (state, golden)
  }

  /// Made-up narrow weights of an architecture, by the file's names with dots.
  private static func state(of architecture: KnownArchitecture) -> [String: Tensor] {
    var state: [String: Tensor] = [:]
    let add = { (layer: String, suffixes: [String], count: Int) in
      for suffix in suffixes { state["\(layer).\(suffix)"] = tensor([count]) }
    }
    var (channels, last) = (3, 3)
    for layer in architecture.layers {
      if layer.isNorm {
        add(layer.fileName, layer.required, last)
        continue
      }
      var (kernel, outputs, inputs) = (3, 4, channels)
      if case .resNet(_, let isBottleneck) = architecture.family {
        let isShortcut = layer.name.hasSuffix("downsample.0")
        let stage = layer.name == "conv1" ? 0 : layer.name.dropFirst(5).first?.wholeNumberValue ?? 0
        let wide = isBottleneck && layer.name.hasSuffix("conv3")
        let end = { (stage: Int) in stage == 0 ? 4 : (isBottleneck ? 8 : 2) + 2 * stage }
        kernel =
          stage == 0 ? 7 : isShortcut || (isBottleneck && !layer.name.hasSuffix("conv2")) ? 1 : 3
        outputs =
          stage == 0
          ? 4
          : isShortcut || wide || (!isBottleneck && layer.name.hasSuffix("conv2"))
            ? end(stage) : 3
        if isShortcut { inputs = end(stage - 1) }
      }
      state["\(layer.fileName).weight"] = tensor([outputs, inputs, kernel, kernel])
      if architecture.spelling == .keras { add(layer.fileName, ["bias"], outputs) }
      (channels, last) = (outputs, outputs)
    }
    let names: [String]
    if case .vgg = architecture.family {
      names =
        switch architecture.spelling {
        case .torchvision: ["classifier.0", "classifier.3", "classifier.6"]
        case .keras: ["fc1", "fc2", "predictions"]
        case .lethe: ["fc6", "fc7", "logits"]
        }
      channels *= 4
    } else {
      names =
        [["fc"], ["predictions"], ["logits"]][
          architecture.spelling == .torchvision ? 0 : architecture.spelling == .keras ? 1 : 2]
    }
    for (name, outputs) in zip(names, names.count == 1 ? [5] : [6, 7, 5]) {
      state["\(name).weight"] = tensor([outputs, channels])
      add(name, ["bias"], outputs)
      channels = outputs
    }
    return state
  }

  private static func tensor(_ shape: [Int]) -> Tensor {
    let count = shape.reduce(1, *)
    return Tensor(shape: shape, values: (0..<count).map { Float($0 % 7) / 7 + 0.1 })
  }

  private func logits(_ network: ImportedNetwork, _ input: Activation) throws -> [Float] {
    try ForwardPass(graph: network.graph, parameters: network.parameters, threads: 2)
      .output(input).values
  }

  /// The inputs of `generate_graphs.py`.
  private func formulaInput(samples: Int, shape: Shape) -> Activation {
    Activation(
      channelsFirst: (0..<samples * shape.count).map {
        Float(Double((7919 * $0) % 1021 - 510) / 300)
      }, samples: samples, shape: shape)
  }

  /// ‖a − b‖₂ / ‖b‖₂.
  private func error(_ a: [Float], _ b: [Float]) -> Double {
    guard a.count == b.count else { return .infinity }
    let squares = zip(a, b).reduce(0.0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    return (squares / b.reduce(1e-300) { $0 + pow(Double($1), 2) }).squareRoot()
  }
}
