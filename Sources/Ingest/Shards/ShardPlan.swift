import Foundation
import Warehouse

/// What the shards of one ingest compute together, as text that they carry: equal texts are one
/// plan.
struct ShardPlan: Codable, Equatable {
  /// The number of this text's layout, and of the way that blocks are dealt out.
  var version = 1
  let count: Int
  let models: [String]
  let datasets: [String]
  let bits: Bool
  let maps: String?
  let layers: [String]?
  let quantile: Double
  /// What maps are packed by; nil: deflate.
  let codec: String?

  /// The plan of an ingest that is cut into `count` shards.
  init(_ ingest: ActivationIngest, count: Int) {
    self.count = count
    models = ingest.variants.map(\.name)
    datasets = ingest.datasets.map(\.name)
    bits = ingest.options.keep.bits
    maps = ingest.options.keep.maps?.rawValue
    layers = ingest.options.keep.layers
    quantile = ingest.options.keep.quantile
    let codec = ingest.options.keep.codec
    self.codec = codec == .deflate ? nil : codec.rawValue
  }

  /// The plan that a text tells of; nil if it tells of none that this version makes.
  init?(text: String) {
    guard let plan = try? JSONDecoder().decode(ShardPlan.self, from: Data(text.utf8)),
      plan.version == 1, (1...Shard.most).contains(plan.count), plan.quantile > 0,
      plan.quantile < 1, plan.maps.map({ KeepOptions.MapFormat(rawValue: $0) != nil }) ?? true,
      plan.codec.map({ ArrayCodec(rawValue: $0) != nil }) ?? true
    else { return nil }
    self = plan
  }

  /// The text, keys ascending.
  func text() throws -> String {
    String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
  }

  /// The options of the ingest.
  func options(threads: Int) -> IngestOptions {
    IngestOptions(
      models: models, datasets: datasets,
      keep: KeepOptions(
        bits: bits, maps: maps.flatMap { KeepOptions.MapFormat(rawValue: $0) }, layers: layers,
        quantile: quantile, codec: codec.flatMap { ArrayCodec(rawValue: $0) } ?? .deflate),
      threads: threads)
  }

  /// The blocks that are a shard's own: every N-th one, counted through all data sets.
  static func blocks(of shard: Shard, _ ingest: ActivationIngest) -> [ShardBlock] {
    var index = 0
    var own: [ShardBlock] = []
    for dataset in ingest.datasets {
      for block in Blocks(ingest.store, dataset).all {
        if shard.owns(index) { own.append(ShardBlock(dataset: dataset.id, positions: block)) }
        index += 1
      }
    }
    return own
  }
}
