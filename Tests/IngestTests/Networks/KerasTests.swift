import Archive
import Compute
import Foundation
import HDF5
import Testing

@testable import Ingest

@Suite("Keras files")
struct KerasTests {
  /// What Keras itself gave, channels first.
  private func golden(_ version: String) throws -> [String: Tensor] {
    try stateDict(networkFixture("\(version)_golden.safetensors"))
  }

  /// The greatest distance between a layer and Keras' own numbers, in parts of the largest.
  private func error(
    _ network: ImportedNetwork, layer: String, input: Tensor, expected: Tensor
  ) throws -> Float {
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let samples = input.shape[0]
    let output = try pass.output(
      Activation(channelsFirst: input.values, samples: samples, shape: network.graph.input),
      of: layer)
    let found = output.channelsFirst()
    try #require(found.count == expected.values.count, "\(layer): \(output.shape)")
    let scale = expected.values.reduce(1) { max($0, abs($1)) }
    return zip(found, expected.values).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
  }

  private func softmax(_ logits: [Float]) -> [Float] {
    let exponentials = logits.map { exp($0 - (logits.max() ?? 0)) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  private func checkVGG(_ network: ImportedNetwork, _ golden: [String: Tensor]) throws {
    let input = try #require(golden["vgg/input"])
    for layer in ["conv1_1", "pool5", "fc7"] {
      let expected = try #require(golden["vgg/\(layer)"])
      #expect(
        try error(network, layer: layer, input: input, expected: expected) <= 1e-5, "\(layer)")
    }
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let logits = try pass.output(
      Activation(channelsFirst: input.values, samples: 2, shape: network.graph.input))
    let expected = try #require(golden["vgg/probabilities"]).values
    for sample in 0..<2 {
      let found = softmax(Array(logits.values[sample * 5..<sample * 5 + 5]))
      for (value, wanted) in zip(found, expected[(sample * 5)...]) {
        #expect(abs(value - wanted) <= 1e-5)
      }
    }
  }

  @Test(
    "VGGs, functional and sequential, agree with Keras and bear Lethe's names",
    arguments: ["keras3", "keras2"], ["vgg.h5", "vgg.keras", "sequential.h5", "sequential.keras"])
  func vgg(_ version: String, _ name: String) throws {
    let network = try network(networkFixture("\(version)_\(name)"))
    #expect(
      network.graph.layers.map(\.name) == (try Graph.vgg16(VGGOptions()).layers.map(\.name)))
    #expect(network.graph.input == Shape(channels: 3, height: 64, width: 64))
    #expect(network.notes.contains { $0.contains("softmax") })
    try checkVGG(network, golden(version))
  }

  @Test("Weights in compressed chunks are unpacked")
  func packed() throws {
    let packed = try network(networkFixture("keras3_packed.h5"))
    let plain = try network(networkFixture("keras3_vgg.h5"))
    #expect(packed.parameters == plain.parameters)
    try checkVGG(packed, golden("keras3"))
  }

  @Test(
    "Chunks of h5py that zlib has packed, alone and with other filters",
    arguments: [
      ("gzip", [3, 3, 4, 8]), ("gzip_shuffle", [33, 31]), ("half", [40, 8]), ("all", [11, 13]),
    ])
  func chunks(name: String, shape: [Int]) throws {
    let file = try UntrustedHDF5File(
      networkFixture("../HDF5/chunks.h5"), inflate: ZlibStream.unpacked)
    let dataset = try file.root.dataset(name)
    #expect(dataset.shape == shape)
    #expect(try dataset.floats() == (0..<shape.reduce(1, *)).map { Float($0) })
    #expect(try file.root.dataset("zeros").floats().allSatisfy { $0 == 0 })
  }

  @Test(
    "An input that the file leaves open has the size that is asked for",
    arguments: ["keras3_open.h5", "keras3_open.keras", "keras2_open.h5", "keras2_open.keras"])
  func openSize(_ name: String) throws {
    let golden = try golden(String(name.prefix(6)))
    let url = networkFixture(name)
    let network = try ReadNetwork(url, architecture: nil, inputSize: 48).network
    #expect(network.graph.input == Shape(channels: 3, height: 48, width: 48))
    #expect(!network.notes.contains { $0.contains("size") })
    let (input, scores) = try (#require(golden["open/input"]), #require(golden["open/scores"]))
    #expect(try error(network, layer: "scores", input: input, expected: scores) <= 1e-5)
    let assumed = try ReadNetwork(url, architecture: nil, inputSize: nil).network
    #expect(assumed.graph.input.width == 224)
    #expect(assumed.notes.contains { $0.contains("--input-size") })
    // One that is fixed stays.
    let fixed = #expect(throws: IngestError.self) {
      try ReadNetwork(networkFixture("keras3_vgg.h5"), architecture: nil, inputSize: 48)
    }
    #expect(fixed?.problem == "the network takes 64 pixels a side, not 48")
  }

  @Test("Weights alone are matched to VGG16", arguments: ["keras3", "keras2"])
  func weights(_ version: String) throws {
    let url = networkFixture("\(version)_vgg.weights.h5")
    #expect(try stateDict(url).count == 32)
    let read = try ReadNetwork(url, architecture: nil, inputSize: nil)
    #expect(read.network.graph.input.width == 64)
    try checkVGG(read.network, golden(version))
    // Keras 2 does not write the layers' names into this form.
    #expect(read.network.notes.contains { $0.contains("counts") } == (version == "keras2"))
  }

  @Test(
    "Strides with same padding, separable convolutions, branches and nested models",
    arguments: ["keras3", "keras2"], ["mixed.h5", "mixed.keras"])
  func mixed(_ version: String, _ name: String) throws {
    let network = try network(networkFixture("\(version)_\(name)"))
    let golden = try golden(version)
    let input = try #require(golden["mixed/input"])
    #expect(network.graph.input == Shape(channels: 3, height: 24, width: 19))
    #expect(network.graph.nodes.last?.name == "scores")
    for layer in ["join", "excite", "hidden", "scores"] {
      let expected = try #require(golden["mixed/\(layer)"])
      #expect(
        try error(network, layer: layer, input: input, expected: expected) <= 1e-5, "\(layer)")
    }
    let layers = network.graph.layers.map(\.name)
    #expect(
      layers == [
        "stem_relu", "separable_leaky", "sum", "wide", "mean", "most", "join", "depth",
        "grouped_relu6", "squeeze", "gate", "excite", "hidden", "top", "features", "scores",
      ])
  }

  @Test(
    "What is written is read back and gives the same numbers",
    arguments: ["keras3_mixed.keras", "keras3_vgg.keras"], [KerasWriter.Form.keras, .hdf5])
  func roundTrip(_ source: String, _ form: KerasWriter.Form) throws {
    let folder = try TemporaryFolder()
    let original = try network(networkFixture(source))
    let url = folder.url.appending(path: "a")
    try KerasWriter.write(original.graph, original.parameters, as: form, to: url)
    let again = try network(url)
    #expect(again.graph.input == original.graph.input)
    var random = SeededNumbers(seed: 3)
    let input = Activation(
      samples: 2, shape: original.graph.input,
      values: (0..<2 * original.graph.input.count).map { _ in
        Float.random(in: -1...1, using: &random)
      })
    let outputs = try [original, again].map {
      try ForwardPass(graph: $0.graph, parameters: $0.parameters).output(input).values
    }
    for (first, second) in zip(outputs[0], outputs[1]) { #expect(abs(first - second) <= 1e-5) }
    // Equal networks are equal files.
    let twin = folder.url.appending(path: "b")
    try KerasWriter.write(original.graph, original.parameters, as: form, to: twin)
    #expect(try Data(contentsOf: url) == Data(contentsOf: twin))
  }
}
