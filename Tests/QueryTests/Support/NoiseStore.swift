import Compute
import Foundation
import Warehouse

/// A warehouse on disk with inputs of noise and one untrained network, which can be run over them.
///
/// The sample at position p is of subject p mod 3, has the emotion p mod 3, and at every third
/// position from 1 on a mask of AU12 in the left upper quarter.
final class NoiseStore {
  static let side = 32
  static let key = String(repeating: "3c", count: 32)
  static let classes = ["a", "b", "c-d"]
  let folder: URL
  let graph: Graph
  let parameters: Parameters
  let bytes: [UInt8]
  let samples: Int

  init(samples: Int, preprocessing: String? = nil) throws {
    self.samples = samples
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    graph = try Graph.vgg16(
      VGGOptions(
        inputSize: NoiseStore.side, width: 1.0 / 16, classes: 3, denseWidth: 8, dropout: 0))
    parameters = graph.initialParameters(seed: 4)
    var stream = RandomStream(seed: 6)
    bytes = (0..<samples * NoiseStore.side * NoiseStore.side * 3).map { _ in
      UInt8(stream.below(256))
    }
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "noise", format: "csv", root: "/data") { writer in
      for index in 0..<samples {
        _ = try writer.add(
          SampleRecord(
            split: "test", subject: "s\(index % 3)", path: "\(index).png",
            width: NoiseStore.side, height: NoiseStore.side,
            labels: ["emotion": NoiseStore.classes[index % 3]]))
      }
    }
    try save("net", parameters, preprocessing: preprocessing, in: store)
    try addInputs(dataset, to: store)
    try store.close()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func open(writing: Bool = false) throws -> Store {
    try Store.open(folder, for: writing ? .writing(create: false) : .reading)
  }

  /// Stores the network under a name, with its predictions unless it has some already.
  func save(
    _ name: String, _ parameters: Parameters, preprocessing: String? = nil, in store: Store
  ) throws {
    let normalisation = PixelNormalisation(
      order: .bgr, mean: [0.5, 0.25, 0.5], deviation: [0.25, 0.5, 1])
    let json = String(decoding: try JSONEncoder().encode(normalisation), as: UTF8.self)
    try store.saveModel(
      ModelRecord(
        name: name, task: "emotion",
        graph: String(decoding: try JSONEncoder().encode(graph), as: UTF8.self),
        classes: NoiseStore.classes, preprocessing: preprocessing ?? json,
        inputKey: NoiseStore.key,
        layers: graph.layers.map { layer in
          LayerRecord(
            name: layer.name, kind: layer.kind,
            shape: MapShape(
              channels: layer.shape.channels, height: layer.shape.height,
              width: layer.shape.width), prefix: name + layer.name)
        }),
      tensors: parameters.names.compactMap { name in
        parameters[name].map { StoredTensor(name: name, shape: $0.shape, values: $0.values) }
      }, replacing: true)
  }

  private func addInputs(_ dataset: Int64, to store: Store) throws {
    let (key, side) = (NoiseStore.key, NoiseStore.side)
    let description = SegmentDescription(
      name: .inputs(dataset: "noise", key: key, first: 0), dataset: dataset, first: 0,
      count: samples, model: nil, key: key, numerics: "strict", kernel: "reference")
    let masked = Array(stride(from: 1, to: samples, by: 3))
    var rows: [MaskRow] = []
    try store.writeSegment(description) { writer in
      let inputs = try writer.inputs(height: side, width: side, channels: 3)
      let row = side * side * 3
      for index in 0..<samples {
        try inputs.write(bytes: Array(bytes[index * row..<(index + 1) * row]), at: index)
      }
      guard !masked.isEmpty else { return }
      let ids = masked.map { writer.sampleIDs[$0] }
      let masks = try writer.masks(au: 12, kind: .mask, sampleIDs: ids, height: side, width: side)
      for index in ids.indices {
        try masks.write(bytes: NoiseStore.mask.map { $0 ? 1 : 0 }, at: index)
      }
      rows = ids.map {
        MaskRow(
          sample: $0, au: 12, kind: .mask, source: "csv",
          pixels: NoiseStore.mask.count { $0 })
      }
    } commit: { _ in
      try store.insertMasks(rows, inputKey: key)
    }
  }

  /// The left upper quarter.
  static let mask = (0..<side * side).map { $0 / side < side / 2 && $0 % side < side / 2 }
}
