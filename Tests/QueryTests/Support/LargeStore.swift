import Foundation
import Warehouse

/// A warehouse of any number of pictures and two networks, whose pooled activations of `conv5_3` are
/// known functions of picture, channel and network: what the time of statements is measured on.
///
/// Fifty pictures a person, a quarter of the people in the split `test`; AU12 is present in every
/// fifth picture.
struct LargeStore {
  static let layer = "conv5_3"
  static let models = ["emotion", "after"]
  static let perSegment = 256
  let folder: URL
  let samples: Int
  let channels: Int

  /// Writes the warehouse into a folder that does not exist yet.
  init(_ folder: URL, samples: Int, channels: Int) throws {
    (self.folder, self.samples, self.channels) = (folder, samples, channels)
    let store = try Store.open(folder, for: .writing(create: true))
    let dataset = try store.importDataset(name: "faces", format: "csv", root: "/data") { writer in
      for position in 0..<samples {
        let units = [4, 6, 12].filter { LargeStore.shows($0, position) }
        _ = try writer.add(
          SampleRecord(
            split: LargeStore.isTest(position) ? "test" : "train",
            subject: "s\(position / 50)", path: "p\(position).png", width: 224, height: 224,
            labels: ["emotion": "a"],
            codings: [
              .init(
                source: "csv", coded: [4, 6, 12], present: units.map { .init($0, intensity: 3) })
            ]))
      }
    }
    for (index, model) in LargeStore.models.enumerated() {
      let key = String(repeating: "\(index + 1)c", count: 32)
      try store.saveModel(
        ModelRecord(
          name: model, task: "emotion", graph: "{}", classes: ["a", "b"], preprocessing: "{}",
          inputKey: "key",
          layers: [
            LayerRecord(
              name: LargeStore.layer, kind: "convolution",
              shape: MapShape(channels: channels, height: 14, width: 14), prefix: key)
          ]), tensors: [StoredTensor(name: "w", shape: [1], values: [Float(index)])])
      for first in stride(from: 0, to: samples, by: LargeStore.perSegment) {
        try add(
          model, index, key, first..<min(samples, first + LargeStore.perSegment), dataset, store)
      }
    }
    try store.close()
  }

  /// The mean of a channel; the maximum is one more.
  static func mean(_ model: Int, _ position: Int, _ channel: Int) -> Float {
    var mixed =
      UInt64(position) &* 0x9e37_79b9_7f4a_7c15 &+ UInt64(channel) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 29)) &* (0x94d0_49bb_1331_11eb &+ 2 &* UInt64(model))
    return Float(mixed >> 40) / 0x1p24
  }

  static func isTest(_ position: Int) -> Bool { position / 50 % 4 == 3 }

  static func shows(_ au: Int, _ position: Int) -> Bool { (position + au) % 5 == 2 }

  private func add(
    _ model: String, _ index: Int, _ key: String, _ range: Range<Int>, _ dataset: Int64,
    _ store: Store
  ) throws {
    let description = SegmentDescription(
      name: .arrays(dataset: "faces", model: model, key: key, first: range.lowerBound),
      dataset: dataset, first: range.lowerBound, count: range.count, model: model, key: key,
      numerics: "strict", kernel: "reference")
    try store.writeSegment(description) { writer in
      let pooled = try writer.pooled(layer: LargeStore.layer, key: key, channels: channels)
      let values = range.flatMap { position in
        (0..<channels).flatMap { channel -> [Float] in
          let mean = LargeStore.mean(index, position, channel)
          return [mean, mean + 1]
        }
      }
      try pooled.write(values, at: 0)
    }
  }
}
