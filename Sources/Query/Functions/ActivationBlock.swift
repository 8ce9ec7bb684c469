internal import Warehouse

/// What is read of a layer at a time: some channels of `pooled`, or one position of one of `maps`.
struct ActivationRequest: Hashable {
  /// What blocks that follow each other have in common.
  struct Stream: Hashable {
    let key: String
    let channels: Range<Int>
  }

  let key: String
  let tier: Tier
  let channels: Range<Int>
  /// Index y·W + x within a map; nil for `pooled`.
  let place: Int?
  let stretch: ActivationLayer.Stretch

  var stream: Stream { Stream(key: key, channels: channels) }

  /// The same of other samples.
  func moved(to stretch: ActivationLayer.Stretch) -> ActivationRequest {
    ActivationRequest(key: key, tier: tier, channels: channels, place: place, stretch: stretch)
  }
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

  /// The block of a request, if it is kept.
  func block(_ request: ActivationRequest) -> ActivationBlock? {
    clock += 1
    guard let kept = blocks[request]?.block else { return nil }
    blocks[request]?.used = clock
    return kept
  }

  /// Keeps a block.
  func keep(_ request: ActivationRequest, _ block: ActivationBlock) {
    clock += 1
    if let old = blocks.updateValue((block, clock), forKey: request) { bytes -= old.block.bytes }
    bytes += block.bytes
    while bytes > capacity, blocks.count > 1,
      let oldest = blocks.min(by: { $0.value.used < $1.value.used })
    {
      bytes -= oldest.value.block.bytes
      blocks[oldest.key] = nil
    }
  }
}
