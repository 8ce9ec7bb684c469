import Foundation
import SQLite
import Warehouse

/// A warehouse on disk with seven pictures in two segments, whose arrays hold known numbers.
///
/// The sample at position p has, in channel c, row y and column x: maps p + c/4 + y/16 + x/64
/// (f16 and f32 hold it exactly), input p·12 + y·6 + x·3 + c, and at positions 1, 4 and 5 a mask of
/// AU12 that is 1 at (p mod 2, 1).
struct TinyStore {
  static let positions = 7
  static let inputKey = String(repeating: "1a", count: 32)
  static let prefix = String(repeating: "2b", count: 32)
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: "/data") { writer in
      for position in 0..<TinyStore.positions {
        _ = try writer.add(
          SampleRecord(
            split: position < 5 ? "train" : "test", subject: "s\(position / 2)",
            path: "p\(position).png", width: 2, height: 2))
      }
    }
    try store.saveModel(
      ModelRecord(
        name: "net", task: "emotion", graph: "{}", classes: ["a", "b"], preprocessing: "{}",
        inputKey: TinyStore.inputKey,
        layers: [
          LayerRecord(
            name: "conv", kind: "conv", shape: MapShape(channels: 3, height: 2, width: 2),
            prefix: TinyStore.prefix)
        ]), tensors: [StoredTensor(name: "w", shape: [1], values: [1])])
    for range in [0..<4, 4..<7] {
      try TinyStore.addArrays(range, dataset: dataset, to: store)
      try TinyStore.addInputs(range, dataset: dataset, to: store)
    }
    try store.close()
  }

  static func map(_ p: Int, _ c: Int, _ y: Int, _ x: Int) -> Float {
    Float(p) + Float(c) / 4 + Float(y) / 16 + Float(x) / 64
  }

  static func input(_ p: Int, _ c: Int, _ y: Int, _ x: Int) -> UInt8 {
    UInt8(p * 12 + y * 6 + x * 3 + c)
  }

  private static func addArrays(_ range: Range<Int>, dataset: Int64, to store: Store) throws {
    let description = SegmentDescription(
      name: .arrays(dataset: "faces", model: "net", key: prefix, first: range.lowerBound),
      dataset: dataset,
      first: range.lowerBound, count: range.count, model: "net", key: prefix,
      numerics: "strict", kernel: "reference")
    try store.writeSegment(description) { writer in
      let maps = try writer.maps(
        layer: "conv", key: prefix, shape: MapShape(channels: 3, height: 2, width: 2), as: .f16)
      let pooled = try writer.pooled(layer: "conv", key: prefix, channels: 3)
      for (row, p) in range.enumerated() {
        try maps.write(
          (0..<12).map { map(p, $0 / 4, $0 / 2 % 2, $0 % 2) }, at: row)
        try pooled.write((0..<6).map { Float(p * 6 + $0) }, at: row)
      }
    }
  }

  private static func addInputs(_ range: Range<Int>, dataset: Int64, to store: Store) throws {
    let description = SegmentDescription(
      name: .inputs(dataset: "faces", key: inputKey, first: range.lowerBound), dataset: dataset,
      first: range.lowerBound, count: range.count, model: nil, key: inputKey, numerics: "strict",
      kernel: "reference")
    try store.writeSegment(description) { writer in
      let inputs = try writer.inputs(height: 2, width: 2, channels: 3)
      for (row, p) in range.enumerated() {
        try inputs.write(
          bytes: (0..<12).map { input(p, $0 % 3, $0 / 6, $0 / 3 % 2) }, at: row)
      }
      let masked = [1, 4, 5].filter(range.contains)
      let masks = try writer.masks(
        au: 12, kind: .mask, sampleIDs: masked.map { writer.sampleIDs[$0 - range.lowerBound] },
        height: 2, width: 2)
      for (row, p) in masked.enumerated() {
        try masks.write(bytes: p % 2 == 0 ? [0, 1, 0, 0] : [0, 0, 0, 1], at: row)
      }
    }
  }
}
