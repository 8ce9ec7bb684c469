internal import Warehouse

/// What is read of a layer at a time: some channels, all positions of a map or one of them.
struct ActivationRequest: Hashable {
  let key: String
  let tier: Tier
  let channels: Range<Int>
  /// Index y·W + x within a map; nil for `pooled`.
  let place: Int?
  let stretch: ActivationLayer.Stretch
}

/// Numbers of some samples of a layer.
final class ActivationBlock {
  let ids: [Int64]
  let channels: Range<Int>
  /// Numbers a channel: 2 of `pooled` (mean, maximum), 1 of `maps`.
  let width: Int
  /// [samples, channels, width].
  let values: [Float]
  /// The row of each sample.
  let rows: [Int64: Int]

  init(ids: [Int64], channels: Range<Int>, width: Int, values: [Float]) {
    (self.ids, self.channels, self.width, self.values) = (ids, channels, width, values)
    rows = Dictionary(zip(ids, ids.indices), uniquingKeysWith: { first, _ in first })
  }

  /// A number of a sample's channel.
  func value(row: Int, channel: Int, part: Int) -> Float {
    values[(row * channels.count + channel - channels.lowerBound) * width + part]
  }

  /// About the bytes that the block takes.
  var bytes: Int { values.count * 4 + ids.count * 40 + 200 }
}

/// Blocks that were read, the least recently used of which go first.
final class ActivationCache {
  private let capacity: Int
  private var blocks: [ActivationRequest: (block: ActivationBlock, used: Int)] = [:]
  private var clock = 0
  private(set) var bytes = 0

  /// A cache of at most `capacity` bytes, and the last block in any case.
  init(capacity: Int) { self.capacity = capacity }

  /// The block of a request, read by `make` unless it is kept.
  func block(_ request: ActivationRequest, make: () throws -> ActivationBlock) throws
    -> ActivationBlock
  {
    clock += 1
    if let kept = blocks[request]?.block {
      blocks[request]?.used = clock
      return kept
    }
    let block = try make()
    bytes += block.bytes
    while bytes > capacity, let oldest = blocks.min(by: { $0.value.used < $1.value.used }) {
      bytes -= oldest.value.block.bytes
      blocks[oldest.key] = nil
    }
    blocks[request] = (block, clock)
    return block
  }
}
