import Foundation
import Warehouse

/// A warehouse on disk with minimal pairs of four people, two of AU12 and one of AU6 each, and three
/// networks whose activations are known functions of picture and channel.
///
/// `before` and `after` answer `emotion` and share the layer `conv`; `pain` answers another task, and
/// nothing is stored of it. Pictures stand in the order pair by pair, the second picture of every
/// other pair being the one without the action unit.
struct PairStore {
  static let subjects = 4
  static let perSubject = 3
  static let pictures = 2 * subjects * perSubject
  static let classes = ["a", "b"]
  let folder: URL

  /// Writes the warehouse; `change` may alter or drop the record at a position.
  init(_ change: (Int, inout SampleRecord) -> Void = { _, _ in }) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "pairs", format: "csv", root: "/data") { writer in
      for position in 0..<PairStore.pictures {
        var record = PairStore.record(position)
        change(position, &record)
        _ = try writer.add(record)
      }
    }
    _ = try store.importDataset(name: "other", format: "csv", root: "/other") { writer in
      _ = try writer.add(
        SampleRecord(split: "test", subject: "x", path: "x.png", width: 2, height: 2))
    }
    for (model, task) in [("before", "emotion"), ("after", "emotion"), ("pain", "pain")] {
      try store.saveModel(
        ModelRecord(
          name: model, task: task, graph: "{}", classes: PairStore.classes, preprocessing: "{}",
          inputKey: "key",
          layers: [("conv", 3), ("logits", 2)].map { name, channels in
            LayerRecord(
              name: name, kind: "conv", shape: MapShape(channels: channels, height: 1, width: 1),
              prefix: PairStore.key(model, name))
          }), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
      guard model != "pain" else { continue }
      for layer in ["conv", "logits"] where (model, layer) != ("after", "conv") {
        try PairStore.add(model, layer, dataset, store)
      }
    }
    try store.close()
  }

  /// The pair that a picture belongs to, counted over all people.
  static func pair(_ position: Int) -> Int { position / 2 }

  /// Whether a picture shows its pair's action unit.
  static func isOn(_ position: Int) -> Bool { (position % 2 == 1) != (pair(position) % 2 == 1) }

  /// The action unit that a pair switches.
  static func unit(_ pair: Int) -> Int { pair % perSubject == 2 ? 6 : 12 }

  /// The channel means of a layer.
  static func means(_ model: String, _ layer: String, _ position: Int) -> [Float] {
    let (pair, step) = (Double(pair(position)), isOn(position) ? 1.0 : 0)
    let isAfter = model == "after"
    if layer == "conv" {
      return [1 + pair / 8, 2 + step * (1 + pair / 4), 0.5 * step].map { Float($0) }
    }
    let strength = unit(PairStore.pair(position)) == 12 ? 2.0 : 0.25
    let gain = isAfter ? 0.5 + pair / 16 : 1
    return [sin(pair), 0.5 + step * strength * gain + cos(pair) / 4].map { Float($0) }
  }

  private static func record(_ position: Int) -> SampleRecord {
    let pair = pair(position)
    var present = [SampleRecord.ActionUnit(4, intensity: 2)]
    if isOn(position) { present.append(.init(unit(pair), intensity: 3)) }
    return SampleRecord(
      split: position % 2 == 0 ? "train" : "test", subject: "s\(pair / perSubject)",
      sequence: "q\(pair)", frame: isOn(position) ? 1 : 0, path: "p\(position).png", width: 2,
      height: 2, labels: ["emotion": "a"],
      codings: [.init(source: "csv", coded: [4, 6, 12], present: present)])
  }

  private static func key(_ model: String, _ layer: String) -> String {
    let digit =
      layer == "conv" && model != "pain" ? 1 : ["before": 2, "after": 3, "pain": 4][model] ?? 0
    return String(repeating: "\(digit)\(layer == "conv" ? "c" : "d")", count: 32)
  }

  private static func add(_ model: String, _ layer: String, _ dataset: Int64, _ store: Store) throws
  {
    let (key, channels) = (key(model, layer), layer == "conv" ? 3 : 2)
    let description = SegmentDescription(
      name: .arrays(dataset: "pairs", model: model, key: key, first: 0), dataset: dataset, first: 0,
      count: pictures, model: model, key: key, numerics: "strict", kernel: "reference")
    try store.writeSegment(description) { writer in
      let pooled = try writer.pooled(layer: layer, key: key, channels: channels)
      for position in 0..<pictures {
        try pooled.write(means(model, layer, position).flatMap { [$0, $0 + 1] }, at: position)
      }
    }
  }
}
