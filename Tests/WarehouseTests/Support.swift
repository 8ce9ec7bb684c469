import Foundation
import SQLite
import Testing

@testable import Warehouse

/// A fresh folder, removed when it goes out of scope.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "lethe-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }
}

/// A small made-up warehouse.
enum Example {
  static let key = String(repeating: "0123456789abcdef", count: 4)
  static let inputKey = String(repeating: "fedcba9876543210", count: 4)

  /// Opens a new warehouse for writing.
  static func store(in folder: TemporaryFolder) throws -> Store {
    try Store.open(folder("w"), for: .writing(create: true), purpose: "tests")
  }

  /// Adds a data set of `count` samples; returns its row id.
  @discardableResult
  static func addFaces(
    to store: Store, name: String = "faces", count: Int = 10, replacing: Bool = false
  ) throws -> Int64 {
    try store.importDataset(name: name, format: "csv", root: "/faces", replacing: replacing) {
      writer in
      for index in 0..<count {
        try writer.add(
          SampleRecord(
            split: ["train", "val", "test"][index % 3], subject: "s\(index % 4)",
            path: "\(index).png", width: 64, height: 48,
            labels: ["emotion": index % 2 == 0 ? "happiness" : "anger"]))
      }
    }
  }

  static func description(
    dataset: Int64, name: String = "faces", first: Int = 0, count: Int = 10, part: String? = nil
  ) -> SegmentDescription {
    SegmentDescription(
      name: .arrays(dataset: name, model: "emotion", key: key, first: first, part: part),
      dataset: dataset, first: first, count: count, model: "emotion", key: key,
      numerics: "strict", kernel: "reference")
  }

  /// The value that the arrays of `addPooled` hold: exact in every float type.
  static func pooled(position: Int, channel: Int, statistic: Int) -> Float {
    Float(position) + Float(channel) / 8 + Float(statistic) / 2
  }

  /// Stores `pooled` of a layer of three channels.
  @discardableResult
  static func addPooled(
    to store: Store, dataset: Int64, name: String = "faces", first: Int = 0, count: Int = 10,
    commit: (Int64) throws -> Void = { _ in }
  ) throws -> Int64 {
    try store.writeSegment(
      description(dataset: dataset, name: name, first: first, count: count),
      body: { writer in
        let pooled = try writer.pooled(layer: "conv1", key: key, channels: 3)
        for row in 0..<count {
          try pooled.write(pooledRow(first + row), at: row)
        }
      }, commit: commit)
  }

  static func pooledRow(_ position: Int) -> [Float] {
    (0..<3).flatMap { channel in
      (0..<2).map { Example.pooled(position: position, channel: channel, statistic: $0) }
    }
  }

  static func model(
    _ name: String, task: String = "emotion", classes: [String] = ["anger", "happiness"],
    layers: [LayerRecord]? = nil
  ) -> ModelRecord {
    ModelRecord(
      name: name, task: task, graph: "{}", classes: classes, preprocessing: "{}",
      inputKey: inputKey,
      layers: layers ?? [
        LayerRecord(
          name: "conv1", kind: "conv", shape: MapShape(channels: 3, height: 4, width: 5),
          prefix: key)
      ])
  }

  static let tensors = [
    StoredTensor(name: "conv1.weight", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]),
    StoredTensor(name: "conv1.bias", shape: [2], values: [0.5, -0.5]),
  ]
}

/// The cause of the `WarehouseError` that `body` throws, if it throws one.
func cause(_ body: () throws -> Void) -> WarehouseError.Cause? {
  do {
    try body()
    return nil
  } catch {
    return (error as? WarehouseError)?.cause
  }
}

/// The text of the error that `body` throws.
func failure(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
