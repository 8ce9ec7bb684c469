import Compute
import Foundation
import SQLite
import Warehouse

/// A warehouse on disk with pictures of 12 subjects to learn from and of 10 to try on, twelve each,
/// and two networks whose layers tell AU12 in known ways.
///
/// `shared` is one layer of both; `kept` tells AU12 before and after, `lost` only before, `gained`
/// only after, `absent` never; `dead` never changes, `broken` holds a NaN after, `bare` is not
/// stored. `kept` also tells the labels a, b and c. AU6 is never present; AU2 is not coded in the
/// first picture of each subject. The head of `after` errs wherever AU12 is present.
struct ProbeStore {
  static let layers = ["shared", "kept", "lost", "gained", "absent", "dead", "broken", "bare"]
  static let channels = ["kept": 4, "dead": 2]
  static let samples = 22 * 12
  static let labels = ["a", "b", "c"]
  let folder: URL

  /// Makes it; the pictures of the train split are spread over `trainSubjects` subjects.
  init(trainSubjects: Int = 12) throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: "/data") { writer in
      for position in 0..<ProbeStore.samples {
        _ = try writer.add(ProbeStore.record(position, trainSubjects))
      }
    }
    for (model, parent) in [("before", nil), ("after", "before")] {
      try store.saveModel(
        ModelRecord(
          name: model, task: "emotion", parent: parent, graph: "{}", classes: ProbeStore.labels,
          preprocessing: "{}", inputKey: "key",
          layers: ProbeStore.layers.map { layer in
            LayerRecord(
              name: layer, kind: "conv",
              shape: MapShape(channels: ProbeStore.channels[layer] ?? 1, height: 1, width: 1),
              prefix: ProbeStore.key(layer, model))
          }), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
      for layer in ProbeStore.layers.dropLast() where (layer, model) != ("shared", "after") {
        try ProbeStore.add(layer, model, dataset: dataset, to: store)
      }
    }
    try ProbeStore.addPredictions(to: store)
    try store.close()
  }

  static func isTrain(_ position: Int) -> Bool { position < 144 }
  static func label(_ position: Int) -> Int { position % 3 }
  static func hasUnit12(_ position: Int) -> Bool { (position * 7 + position / 12) % 5 < 2 }
  static func hasUnit2(_ position: Int) -> Bool { (position / 3) % 2 == 0 }
  static func codesUnit2(_ position: Int) -> Bool { position % 12 != 0 }

  /// The features of a picture.
  static func features(_ layer: String, _ model: String, _ position: Int) -> [Float] {
    let isAfter = model == "after" && layer != "shared"
    var stream = RandomStream(
      seed: isAfter ? 2 : 1, RandomStream.key(layer), UInt64(position))
    let signal = hasUnit12(position) ? 1.0 : -1
    switch layer {
    case "kept":
      return [Float(stream.normal(3 * signal))]
        + (0..<3).map { Float(stream.normal(label(position) == $0 ? 4 : 0)) }
    case "dead": return [0.1, 0]
    case "broken": return [isAfter && position == 30 ? .nan : Float(stream.normal(signal))]
    case "lost": return [Float(stream.normal(isAfter ? 0 : 3 * signal))]
    case "gained": return [Float(stream.normal(isAfter ? 3 * signal : 0))]
    case "absent": return [Float(stream.normal())]
    default: return [Float(stream.normal(signal))]
    }
  }

  private static func key(_ layer: String, _ model: String) -> String {
    let isAfter = layer != "shared" && model == "after"
    let digit = layers.firstIndex(of: layer) ?? 0
    return String(repeating: "\(digit)\(isAfter ? "a" : "b")", count: 32)
  }

  private static func record(_ position: Int, _ trainSubjects: Int) -> SampleRecord {
    let subject = position / 12
    return SampleRecord(
      split: isTrain(position) ? "train" : "test",
      subject: isTrain(position) ? "t\(subject % trainSubjects)" : "s\(subject)",
      path: "p\(position).png", width: 1, height: 1,
      labels: ["emotion": labels[label(position)], "sex": "x"],
      codings: [
        SampleRecord.Coding(
          source: "csv", coded: [6, 12] + (codesUnit2(position) ? [2] : []),
          present: (hasUnit12(position) ? [.init(12, intensity: nil)] : [])
            + (codesUnit2(position) && hasUnit2(position) ? [.init(2, intensity: 3)] : []))
      ])
  }

  private static func add(
    _ layer: String, _ model: String, dataset: Int64, to store: Store
  ) throws {
    let key = key(layer, model)
    try store.writeSegment(
      SegmentDescription(
        name: .arrays(dataset: "faces", model: model, key: key, first: 0), dataset: dataset,
        first: 0, count: samples, model: model, key: key, numerics: "strict", kernel: "reference")
    ) { writer in
      let pooled = try writer.pooled(layer: layer, key: key, channels: channels[layer] ?? 1)
      for position in 0..<samples {
        // The maximum of a map of one position is its mean.
        try pooled.write(features(layer, model, position).flatMap { [$0, $0] }, at: position)
      }
    }
  }

  /// Before, every answer is right; after, those about AU12 are wrong.
  private static func addPredictions(to store: Store) throws {
    for model in 1...2 {
      for position in 0..<samples {
        let isWrong = model == 2 && hasUnit12(position)
        let answer = labels[(label(position) + (isWrong ? 1 : 0)) % 3]
        try store.catalogue.run(
          "INSERT INTO prediction VALUES (?, ?, ?, 1, '[1,0,0]')", model, position + 1, answer)
      }
    }
  }
}
