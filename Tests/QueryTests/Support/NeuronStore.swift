import Compute
import Foundation
import SQLite
import Warehouse

@testable import Query

/// The warehouse of noise with arrays of some layers, in two segments, and every activation of its
/// network beside it.
///
/// Of `conv2_1` pooled rows and maps are stored, of `conv1_2` pooled rows and half-precision maps,
/// of `conv3_1` and `fc6` pooled rows, of `conv4_1` nothing.
final class NeuronStore {
  static let samples = 41
  static let tiers: [(layer: String, maps: StoredType?)] = [
    ("conv2_1", .f32), ("conv1_2", .f16), ("conv3_1", nil), ("fc6", nil),
  ]
  let noise: NoiseStore
  /// By layer: [samples, channels, height · width].
  private(set) var maps: [String: [Float]] = [:]
  private(set) var shapes: [String: Shape] = [:]

  init() throws {
    noise = try NoiseStore(samples: NeuronStore.samples)
    let store = try noise.open(writing: true)
    defer { try? store.close() }
    let network = try StoredNetwork(try store.model(named: "net"), in: store)
    let pass = try ForwardPass(graph: network.graph, parameters: network.parameters)
    let positions = Array(0..<NeuronStore.samples)
    try pass.run(try network.inputs(of: positions, dataset: 1, in: store)) { output in
      maps[output.name] = output.activation.channelsFirst()
      shapes[output.name] = output.activation.shape
    }
    for layer in noise.graph.layers {
      try store.catalogue.run(
        "UPDATE layer SET prefix = ? WHERE name = ?", NeuronStore.key(layer.name), layer.name)
    }
    for (layer, format) in NeuronStore.tiers {
      try add(layer, format, 0..<17, to: store)
      try add(layer, format, 17..<NeuronStore.samples, to: store)
    }
    for (position, split) in [(0, "train"), (40, "train"), (7, "val")] {
      try store.catalogue.run("UPDATE sample SET split = ? WHERE position = ?", split, position)
    }
  }

  /// A key that looks like one, different for every layer.
  static func key(_ layer: String) -> String { TextDigest.sha256(layer) }

  /// The activation of a unit as it is stored or would be.
  func activation(_ layer: String, _ unit: NeuronUnit, _ pool: ChannelIndex.Pool, _ sample: Int)
    -> Float
  {
    guard let all = maps[layer], let shape = shapes[layer] else { return .nan }
    let start = (sample * shape.channels + unit.channel) * shape.pixels
    let values = all[start..<start + shape.pixels]
    if let place = unit.place {
      let value = values[start + place]
      return layer == "conv1_2" ? Float(Float16(value)) : value
    }
    switch pool {
    case .max: return values.max() ?? .nan
    case .mean: return Float(values.map(Double.init).reduce(0, +) / Double(values.count))
    }
  }

  func add(_ layer: String, _ format: StoredType?, _ range: Range<Int>, to store: Store) throws {
    guard let shape = shapes[layer], let all = maps[layer] else { return }
    let key = NeuronStore.key(layer)
    try store.writeSegment(
      SegmentDescription(
        name: .arrays(dataset: "noise", model: "net", key: key, first: range.lowerBound),
        dataset: 1, first: range.lowerBound, count: range.count, model: "net", key: key,
        numerics: "strict", kernel: "reference")
    ) { writer in
      let pooled = try writer.pooled(layer: layer, key: key, channels: shape.channels)
      let size = MapShape(channels: shape.channels, height: shape.height, width: shape.width)
      let writers = try format.map {
        try writer.maps(layer: layer, key: key, shape: size, as: $0)
      }
      for (row, sample) in range.enumerated() {
        try pooled.write(
          (0..<shape.channels).flatMap { channel in
            let unit = NeuronUnit(channel: channel, place: nil)
            return [
              activation(layer, unit, .mean, sample), activation(layer, unit, .max, sample),
            ]
          }, at: row)
        try writers?.write(
          Array(all[sample * shape.count..<(sample + 1) * shape.count]), at: row)
      }
    }
  }

  /// Asks in a session of its own.
  func ask<Result>(_ body: (ReadOnlySession, Store) throws -> Result) throws -> Result {
    let store = try noise.open()
    return try body(try ReadOnlySession(store), store)
  }
}
