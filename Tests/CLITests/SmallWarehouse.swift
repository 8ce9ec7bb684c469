import Foundation
import Warehouse

/// A warehouse of twelve pictures of three people and two variants, whose answers are known: of the
/// twelve, 5 retained, 3 forgotten, 2 gained, 2 missed.
struct SmallWarehouse {
  static let classes = ["neutral", "happiness"]
  /// Right before, right after: one pair a picture.
  static let answers: [(before: Bool, after: Bool)] = [
    (true, true), (true, true), (true, true), (true, true), (true, true),
    (true, false), (true, false), (true, false), (false, true), (false, true),
    (false, false), (false, false),
  ]

  /// Makes the warehouse `lethe-warehouse` in a folder.
  static func make(in folder: URL) throws {
    let place = folder.appending(path: "lethe-warehouse")
    let store = try Store.open(place, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: folder.path) {
      writer in
      for index in answers.indices {
        // Forgotten pictures show AU12.
        let units = (5...7).contains(index) ? [SampleRecord.ActionUnit(12, intensity: 3)] : []
        try writer.add(
          SampleRecord(
            split: "test", subject: "p\(index % 3)", path: "\(index).png", width: 64, height: 64,
            labels: ["emotion": classes[index % 2]],
            codings: [.init(source: "csv", coded: [6, 12], present: units)],
            landmarks: index == 0
              ? [.init(source: "csv", points: [SIMD2(1.5, 2), SIMD2(3, 4.25)])] : []))
      }
    }
    let samples = try store.samples(of: dataset, positions: 0..<answers.count)
    for (name, isRight) in [("before", answers.map(\.before)), ("after", answers.map(\.after))] {
      let record = ModelRecord(
        name: name, task: "emotion", graph: "{}", classes: classes, preprocessing: "{}",
        inputKey: "key",
        layers: [
          LayerRecord(
            name: "logits", kind: "dense", shape: MapShape(channels: 2, height: 1, width: 1),
            prefix: name)
        ])
      let tensor = StoredTensor(name: "logits.bias", shape: [2], values: [0, 1])
      let model = try store.saveModel(record, tensors: [tensor])
      let rows = zip(samples, isRight).map { sample, isRight in
        let truth = sample.position % 2
        let predicted = isRight ? truth : 1 - truth
        return PredictionRow(
          sample: sample.id, probabilities: predicted == 0 ? [0.75, 0.25] : [0.25, 0.75])
      }
      try store.insertPredictions(rows, model: model, classes: classes)
    }
    try store.close()
  }
}
