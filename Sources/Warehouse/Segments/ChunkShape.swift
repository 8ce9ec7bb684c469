/// Chunk shapes that divide the array, so that no chunk holds padding inside a sample.
enum ChunkShape {
  /// The bytes that a chunk should come near to without exceeding them.
  static let target = 1 << 18

  /// The chunk of an array whose first axis is samples.
  ///
  /// Small rows go several to a chunk; large ones are cut along the second axis, at a divisor of
  /// its extent.
  static func rows(of shape: [Int], elementSize: Int) -> [Int] {
    let rowBytes = max(1, shape.dropFirst().reduce(elementSize, *))
    guard rowBytes > target, shape.count > 2 else {
      let samples = max(1, min(shape[0], target / rowBytes))
      return [samples] + shape.dropFirst()
    }
    let channels = shape[1]
    let channelBytes = rowBytes / max(1, channels)
    let most = max(1, target / channelBytes)
    let divisor = (1...max(1, min(channels, most))).last { channels % $0 == 0 } ?? 1
    return [1, divisor] + shape.dropFirst(2)
  }

  /// The samples of a chunk of `pooled`, and its bytes: a channel of many samples is read as often as
  /// all channels of one, and either should meet few chunks and little else.
  static let pooledSamples = 256
  static let pooledTarget = 1 << 16

  /// The chunk of a `pooled` array, [n, C, 2]: up to 256 samples by a divisor of the channels.
  ///
  /// Where that divisor is small, as of a prime number, chunks hold whole rows.
  static func pooled(of shape: [Int], elementSize: Int) -> [Int] {
    let samples = max(1, min(shape[0], pooledSamples))
    let pairBytes = elementSize * shape.dropFirst(2).reduce(1, *)
    let most = max(1, min(shape[1], pooledTarget / max(1, samples * pairBytes)))
    let divisor = (1...most).last { shape[1] % $0 == 0 } ?? 1
    guard divisor == shape[1] || divisor >= 8 else {
      return rows(of: shape, elementSize: elementSize)
    }
    return [samples, divisor] + shape.dropFirst(2)
  }
}
