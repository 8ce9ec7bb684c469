internal import Warehouse

/// What is read of a layer at a time: all channels of `pooled`, or one position of one of `maps`.
struct ActivationRequest: Hashable {
  let key: String
  let tier: Tier
  let channels: Range<Int>
  /// Index y·W + x within a map; nil for `pooled`.
  let place: Int?
  let stretch: ActivationLayer.Stretch
}

/// Numbers of samples of a layer that lie one after the other.
final class ActivationBlock {
  let dataset: Int64
  let positions: Range<Int>
  let channels: Range<Int>
  /// Numbers a channel: 2 of `pooled` (mean, maximum), 1 of `maps`.
  let width: Int
  /// [positions, channels, width].
  let values: [Float]

  init(
    dataset: Int64, positions: Range<Int>, channels: Range<Int>, width: Int, values: [Float]
  ) {
    (self.dataset, self.positions) = (dataset, positions)
    (self.channels, self.width, self.values) = (channels, width, values)
  }

  /// A number of a sample's channel.
  func value(position: Int, channel: Int, part: Int) -> Float {
    let row = position - positions.lowerBound
    return values[(row * channels.count + channel - channels.lowerBound) * width + part]
  }

  /// About the bytes that the block takes.
  var bytes: Int { values.count * 4 + 200 }
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
