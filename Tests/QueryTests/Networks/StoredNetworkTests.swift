import Compute
import Foundation
import Testing
import Warehouse

@testable import Query

@Suite("Networks of the warehouse, run again") struct StoredNetworkTests {
  static let side = 32
  static let key = String(repeating: "3c", count: 32)

  /// A store with five inputs of noise and one untrained network over them.
  private func makeStore(preprocessing: String? = nil) throws -> (URL, Graph, Parameters, [UInt8]) {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let graph = try Graph.vgg16(
      VGGOptions(inputSize: Self.side, width: 1.0 / 16, classes: 3, denseWidth: 8, dropout: 0))
    let parameters = graph.initialParameters(seed: 4)
    let normalisation = PixelNormalisation(
      order: .bgr, mean: [0.5, 0.25, 0.5], deviation: [0.25, 0.5, 1])
    let json = String(decoding: try JSONEncoder().encode(normalisation), as: UTF8.self)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "noise", format: "csv", root: "/data") { writer in
      for index in 0..<5 {
        _ = try writer.add(
          SampleRecord(
            split: "test", subject: "s", path: "\(index).png", width: Self.side, height: Self.side))
      }
    }
    try store.saveModel(
      ModelRecord(
        name: "net", task: "emotion",
        graph: String(decoding: try JSONEncoder().encode(graph), as: UTF8.self),
        classes: ["a", "b", "c"], preprocessing: preprocessing ?? json, inputKey: Self.key,
        layers: []),
      tensors: parameters.names.compactMap { name in
        parameters[name].map { StoredTensor(name: name, shape: $0.shape, values: $0.values) }
      })
    var stream = RandomStream(seed: 6)
    let bytes = (0..<5 * Self.side * Self.side * 3).map { _ in UInt8(stream.below(256)) }
    let description = SegmentDescription(
      name: .inputs(dataset: "noise", key: Self.key, first: 0), dataset: dataset, first: 0,
      count: 5, model: "net", key: Self.key, numerics: "strict",
      kernel: "reference")
    try store.writeSegment(description) { writer in
      let inputs = try writer.inputs(height: Self.side, width: Self.side, channels: 3)
      let row = Self.side * Self.side * 3
      for index in 0..<5 {
        try inputs.write(bytes: Array(bytes[index * row..<(index + 1) * row]), at: index)
      }
    }
    try store.close()
    return (folder, graph, parameters, bytes)
  }

  @Test("inputs are normalised as the model says, and its weights are whole")
  func logits() throws {
    let (folder, graph, parameters, bytes) = try makeStore()
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = try Store.open(folder, for: .reading)
    let network = try StoredNetwork(store.model(named: "net"), in: store)
    #expect(network.graph == graph)
    #expect(network.parameters.selecting(parameters.names) == parameters)
    let inputs = try network.inputs(of: [3, 1], dataset: 1, in: store)
    let row = Self.side * Self.side * 3
    // Pixel 7 of sample 3, blue first: (value / 255 − mean) / deviation.
    let pixel = Array(bytes[3 * row + 21..<3 * row + 24])
    #expect(inputs.values[21] == (Float(pixel[2]) / 255 - 0.5) / 0.25)
    #expect(inputs.values[22] == (Float(pixel[1]) / 255 - 0.25) / 0.5)
    #expect(inputs.values[23] == (Float(pixel[0]) / 255 - 0.5) / 1)
    #expect(inputs.samples == 2 && inputs.shape == graph.input)
  }

  @Test("a preprocessing that cannot be read is refused, as is one with a deviation of 0")
  func damaged() throws {
    for text in [
      "{}", #"{"order":"rgb","divisor":255,"mean":[0,0,0],"deviation":[1,0,1]}"#,
      #"{"order":"rgb","divisor":255,"mean":[0,0],"deviation":[1,1,1]}"#,
    ] {
      let (folder, _, _, _) = try makeStore(preprocessing: text)
      defer { try? FileManager.default.removeItem(at: folder) }
      let store = try Store.open(folder, for: .reading)
      #expect(throws: QueryError.self) {
        try StoredNetwork(store.model(named: "net"), in: store)
      }
    }
  }
}
