import Foundation
import SQLite
import Warehouse

@testable import Query

/// The tiny warehouse with a second model `after` and action units.
///
/// `after` has, in its layer `conv`, the pooled numbers of `net` times −2 and no maps; nothing is
/// stored of its layer `dense`. AU12 is present in the samples of positions 1, 4 and 5 (ids 2, 5
/// and 6), AU6 in that of position 1.
final class ActivationStore {
  static let afterPrefix = String(repeating: "3c", count: 32)
  private let tiny: TinyStore
  let store: Store

  init() throws {
    tiny = try TinyStore()
    let writing = try Store.open(tiny.folder, for: .writing(create: false))
    let shape = MapShape(channels: 3, height: 2, width: 2)
    try writing.saveModel(
      ModelRecord(
        name: "after", task: "emotion", graph: "{}", classes: ["a", "b"], preprocessing: "{}",
        inputKey: TinyStore.inputKey,
        layers: [
          LayerRecord(name: "conv", kind: "conv", shape: shape, prefix: Self.afterPrefix),
          LayerRecord(
            name: "dense", kind: "dense", shape: shape, prefix: String(repeating: "4d", count: 32)),
        ]), tensors: [StoredTensor(name: "w", shape: [1], values: [2])])
    for range in [0..<4, 4..<7] {
      let description = SegmentDescription(
        name: .arrays(
          dataset: "faces", model: "after", key: Self.afterPrefix, first: range.lowerBound),
        dataset: 1, first: range.lowerBound, count: range.count, model: "after",
        key: Self.afterPrefix, numerics: "strict", kernel: "reference")
      try writing.writeSegment(description) { writer in
        let pooled = try writer.pooled(layer: "conv", key: Self.afterPrefix, channels: 3)
        for (row, p) in range.enumerated() {
          try pooled.write((0..<6).map { -2 * Float(p * 6 + $0) }, at: row)
        }
      }
    }
    for (sample, au) in [(2, 12), (2, 6), (5, 12), (6, 12)] {
      try writing.catalogue.run("INSERT INTO au VALUES (?, ?, 'csv', 3)", sample, au)
    }
    try writing.close()
    store = try Store.open(tiny.folder, for: .reading)
  }

  deinit {
    try? store.close()
    try? FileManager.default.removeItem(at: tiny.folder)
  }
}

extension ReadOnlySession {
  /// The numbers of every row of a statement.
  func numbers(_ sql: String, _ parameters: [SQLStatement.Parameter] = []) throws -> [[Double?]] {
    try table(SQLStatement(sql, parameters)).rows.map { $0.map(\.double) }
  }
}
