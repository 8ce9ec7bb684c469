import Foundation
import Query
import SQLite
import Warehouse

/// A real warehouse of made-up studies, a data set each, seen by three models, so that the public
/// answers are what is tested.
struct MadeUpWarehouse {
  static let (before, after, control) = ("before", "after", "control")
  let folder: URL
  private let store: Store
  private let models: [Int64]

  /// A warehouse without studies in a folder of its own.
  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appending(path: "lethe-studies-\(UUID().uuidString)")
    let store = try Store.open(folder, for: .writing(create: true))
    models = try [Self.before, Self.after, Self.control].map {
      try store.saveModel(
        ModelRecord(
          name: $0, task: "emotion", graph: "{}", classes: MadeUpStudy.classes,
          preprocessing: "{}", inputKey: "made-up", layers: []),
        tensors: [StoredTensor(name: "none", shape: [1], values: [0])])
    }
    self.store = store
  }

  /// Puts a study in, every picture in the split `test`.
  func add(_ frames: [MadeUpStudy.Frame], named name: String) throws {
    let coded = MadeUpStudy.units.map(\.au)
    let id = try store.importDataset(name: name, format: "made-up", root: "/") { writer in
      for (position, frame) in frames.enumerated() {
        let present = frame.units.sorted().map {
          SampleRecord.ActionUnit($0, intensity: nil)
        }
        _ = try writer.add(
          SampleRecord(
            split: "test", subject: "s\(frame.subject)", path: "\(position).png", width: 1,
            height: 1, labels: ["emotion": MadeUpStudy.classes[frame.label]],
            codings: [.init(source: "made-up", coded: coded, present: present)]))
      }
    }
    let samples = try store.samples(of: id, positions: 0..<frames.count)
    let answers = [frames.map(\.before), frames.map(\.after), frames.map(\.control)]
    try store.catalogue.transaction {
      for (model, predicted) in zip(models, answers) {
        let rows = zip(samples, predicted).map { sample, predicted in
          PredictionRow(
            sample: sample.id,
            probabilities: MadeUpStudy.classes.indices.map { $0 == predicted ? 0.65 : 0.05 })
        }
        try store.insertPredictions(rows, model: model, classes: MadeUpStudy.classes)
      }
    }
  }

  /// Closes the warehouse for writing and asks it, as a user would.
  func ask<Result>(_ body: (ReadOnlySession) throws -> Result) throws -> Result {
    try store.close()
    return try body(try ReadOnlySession(try Store.open(folder, for: .reading)))
  }

  func remove() throws { try FileManager.default.removeItem(at: folder) }
}
