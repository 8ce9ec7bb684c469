internal import SQLite
internal import Warehouse

/// Reads stored activations for the table functions of one session.
final class ActivationReader {
  private let store: Store
  private let shouldStop: @Sendable () -> Bool
  private let cache = ActivationCache(capacity: 128 << 20)
  /// Where the samples lie.
  let places: SamplePlaces
  /// Rows (of a sample) that were read from the store so far.
  private(set) var rowsRead = 0
  /// Why the last statement failed, if a table function did.
  var failure: QueryError?

  /// Bytes of rows of maps that are read at a time, unless one is larger.
  private static let readBytes = 1 << 18
  /// Samples, and channels, of a block of pooled numbers: what the store keeps together, compressed.
  private static let blockSamples = 256
  private static let blockChannels = 32
  /// Blocks, and their bytes, that are read at a time where one is wanted after the other.
  private static let mostAhead = 16
  private static let aheadBytes = 1 << 24

  /// The last block of a layer's channels that was read, and how many to read if the next one follows.
  private var last: [ActivationRequest.Stream: (end: ActivationLayer.Stretch, next: Int)] = [:]

  init(_ store: Store, shouldStop: @escaping @Sendable () -> Bool) {
    self.store = store
    self.shouldStop = shouldStop
    places = SamplePlaces(store.catalogue)
  }

  /// Finds a layer that has stored rows of a tier.
  func layer(model: String, layer: String, tier: Tier) throws -> ActivationLayer {
    try ActivationLayer(model: model, layer: layer, tier: tier, in: store.catalogue)
  }

  /// The samples of a block: at most 256, a stretch cut into equal parts.
  func step(of layer: ActivationLayer) -> Int {
    guard layer.tier != .pooled else { return ActivationReader.blockSamples }
    let bytes = 4 * layer.channels * layer.height * layer.width
    return max(1, min(256, ActivationReader.readBytes / max(1, bytes)))
  }

  /// The channels of a block that holds some: about those that are unpacked for them anyway.
  func channels(_ wanted: Range<Int>, of layer: ActivationLayer) -> Range<Int> {
    guard layer.tier == .pooled else { return wanted }
    let size = ActivationReader.blockChannels
    let first = wanted.lowerBound / size * size
    return first..<min(layer.channels, (wanted.upperBound + size - 1) / size * size)
  }

  /// Throws where the statement is to end.
  ///
  /// SQLite asks within its own steps only, not while a
  /// cursor passes samples over or reads.
  func check() throws {
    if shouldStop() { throw SQLiteError.interrupted }
  }

  /// The numbers of a request, from the cache or the store.
  ///
  /// Where blocks are wanted one after the other, more and more of them are read at a time, which
  /// lets the store unpack them side by side.
  func block(_ request: ActivationRequest, of layer: ActivationLayer) throws -> ActivationBlock {
    if let kept = cache.block(request) { return kept }
    var blocks = [request]
    if request.tier == .pooled {
      let stretch = request.stretch
      let before = last[request.stream]
      let follows =
        before?.end.dataset == stretch.dataset
        && before?.end.positions.upperBound == stretch.positions.lowerBound
      let bytes = 8 * request.channels.count * ActivationReader.blockSamples
      let most = min(ActivationReader.mostAhead, max(1, ActivationReader.aheadBytes / bytes))
      let count = follows ? min(most, before?.next ?? 1) : 1
      while blocks.count < count,
        let next = layer.next(after: blocks[blocks.count - 1].stretch, step: step(of: layer))
      {
        blocks.append(request.moved(to: next))
      }
      last[request.stream] = (blocks[blocks.count - 1].stretch, follows ? 2 * count : 1)
    }
    let whole = try read(blocks, of: layer)
    for block in whole.dropFirst() { cache.keep(block.request, block.block) }
    cache.keep(request, whole[0].block)
    return whole[0].block
  }

  /// Reads blocks of the same channels that lie one after the other.
  private func read(
    _ requests: [ActivationRequest], of layer: ActivationLayer
  ) throws -> [(request: ActivationRequest, block: ActivationBlock)] {
    try check()
    let request = requests[0]
    let dataset = request.stretch.dataset
    let end = requests[requests.count - 1].stretch.positions.upperBound
    let positions = request.stretch.positions.lowerBound..<end
    let stored = try store.read(
      key: request.key, tier: request.tier, dataset: dataset, positions: positions,
      channels: request.channels)
    rowsRead += positions.count
    let expected =
      [request.channels.count] + (request.place == nil ? [2] : [layer.height, layer.width])
    guard stored.rowShape == expected else {
      throw QueryError.failed(
        "\(request.tier.rawValue) of layer \(layer.name) of \(layer.model) have rows of the shape "
          + "\(stored.rowShape), not \(expected): run lethe verify")
    }
    var values = stored.values
    if let place = request.place {
      let size = layer.height * layer.width
      values = (0..<positions.count * request.channels.count).map {
        stored.values[$0 * size + place]
      }
    }
    let width = request.place == nil ? 2 : 1
    return requests.map { request in
      let here = request.stretch.positions
      let row = request.channels.count * width
      let start = (here.lowerBound - positions.lowerBound) * row
      return (
        request,
        ActivationBlock(
          dataset: dataset, positions: here, channels: request.channels, width: width,
          values: requests.count == 1 ? values : Array(values[start..<start + here.count * row]))
      )
    }
  }
}
