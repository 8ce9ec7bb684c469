import Foundation
import Warehouse

/// A warehouse on disk with twelve test pictures in two segments and two networks whose channel
/// means and maps are known functions of sample and channel.
///
/// `before` and `after` share the layer `conv`; `fc` differs; `dead` never changes in `after`;
/// `broken` holds a NaN in `after`; `bare` is stored of neither.
struct SimilarStore {
  static let samples = 12
  static let channels = ["conv": 3, "fc": 5, "dead": 2, "broken": 2, "bare": 2]
  static let layers = ["conv", "fc", "dead", "broken", "bare"]
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: "/data") { writer in
      for position in 0..<SimilarStore.samples {
        _ = try writer.add(
          SampleRecord(
            split: "test", subject: "s\(position / 4)", path: "p\(position).png", width: 2,
            height: 2))
      }
    }
    for (model, task) in [("before", "emotion"), ("after", "pain")] {
      try store.saveModel(
        ModelRecord(
          name: model, task: task, graph: "{}", classes: ["a", "b"], preprocessing: "{}",
          inputKey: "key",
          layers: SimilarStore.layers.map { layer in
            LayerRecord(
              name: layer, kind: "conv",
              shape: MapShape(channels: SimilarStore.channels[layer] ?? 1, height: 1, width: 2),
              prefix: SimilarStore.key(layer, model))
          }), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
      for layer in SimilarStore.layers.dropLast() where (layer, model) != ("conv", "after") {
        for range in [0..<5, 5..<SimilarStore.samples] {
          try SimilarStore.add(layer, model, range, dataset: dataset, to: store)
        }
      }
    }
    try store.close()
  }

  /// The key of a layer; `conv` is shared by both models.
  static func key(_ layer: String, _ model: String) -> String {
    let isAfter = layer != "conv" && model == "after"
    let digit = (layers.firstIndex(of: layer) ?? 0) * 2 + (isAfter ? 1 : 0)
    return String(repeating: "\(digit)e", count: 32)
  }

  /// Row of a layer's map: two positions a channel.
  static func map(_ layer: String, _ model: String, _ position: Int) -> [Float] {
    (0..<(channels[layer] ?? 1) * 2).map { index in
      if layer == "dead", model == "after" { return 0.1 }
      if layer == "broken", model == "after", position == 7 { return .nan }
      let phase = Double(position * 7 + index * index) + (model == "after" ? 0.5 : 0)
      return Float(sin(phase * 0.37) + cos(phase * Double(index + 1) * 0.11))
    }
  }

  /// Channel means of a layer.
  static func means(_ layer: String, _ model: String, _ position: Int) -> [Float] {
    let map = map(layer, model, position)
    return stride(from: 0, to: map.count, by: 2).map { (map[$0] + map[$0 + 1]) / 2 }
  }

  private static func add(
    _ layer: String, _ model: String, _ range: Range<Int>, dataset: Int64, to store: Store
  ) throws {
    let (key, count) = (key(layer, model), channels[layer] ?? 1)
    let description = SegmentDescription(
      name: .arrays(dataset: "faces", model: model, key: key, first: range.lowerBound),
      dataset: dataset, first: range.lowerBound, count: range.count, model: model, key: key,
      numerics: "strict", kernel: "reference")
    try store.writeSegment(description) { writer in
      let pooled = try writer.pooled(layer: layer, key: key, channels: count)
      // Maps are kept of one layer alone.
      let maps =
        layer == "fc"
        ? try writer.maps(
          layer: layer, key: key, shape: MapShape(channels: count, height: 1, width: 2), as: .f32)
        : nil
      for (row, position) in range.enumerated() {
        let means = means(layer, model, position)
        try pooled.write(means.flatMap { [$0, $0 + 1] }, at: row)
        try maps?.write(map(layer, model, position), at: row)
      }
    }
  }
}
