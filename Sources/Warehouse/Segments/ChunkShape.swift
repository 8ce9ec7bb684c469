internal import HDF5

/// Chunk shapes that divide the array, so that no chunk holds padding inside a sample.
///
/// Maps are read by sample (all channels of some pictures) and by channel (one unit over all
/// pictures). A chunk of one sample and a divisor of its channels serves both: a sample is read
/// without a byte of its neighbours, from chunks that lie one after the other, and a channel from
/// that part of each sample that holds it, not from all of it. Smaller chunks would read less for
/// a channel and more slowly otherwise: below 64 KiB, finding a chunk takes longer than unpacking
/// it. Of layers whose whole sample is smaller than a chunk, some samples go together: a channel
/// then costs what the layer costs, which is little.
enum ChunkShape {
  /// The bytes that a chunk should come near to.
  static let target = 1 << 18
  /// A chunk that cannot come nearer than this is cut to single channels.
  static let limit = 1 << 23

  /// How an array lies in its file: without elements, in one block; else in chunks.
  static func storage(
    of shape: [Int], _ type: HDF5ElementType, _ tier: Tier? = nil, _ codec: ArrayCodec = .deflate
  ) -> HDF5Storage {
    guard !shape.contains(0) else { return .contiguous }
    let chunk =
      tier == .pooled
      ? pooled(of: shape, elementSize: type.size) : rows(of: shape, elementSize: type.size)
    return .chunked(chunk, codec.codec(of: type))
  }

  /// The chunk of an array whose first axis is samples.
  ///
  /// Small rows go several to a chunk; large ones are cut along the second axis, at that divisor of
  /// its extent by which a chunk comes nearest to the target, as a ratio. Where the extent has few
  /// divisors a chunk may be larger than the target, but is not cut to slivers.
  static func rows(of shape: [Int], elementSize: Int) -> [Int] {
    let rowBytes = max(1, shape.dropFirst().reduce(elementSize, *))
    guard rowBytes > target, shape.count > 2 else {
      let samples = max(1, min(shape[0], target / rowBytes))
      return [samples] + shape.dropFirst()
    }
    let channels = shape[1]
    let channelBytes = rowBytes / max(1, channels)
    func distance(_ divisor: Int) -> Double {
      let bytes = Double(divisor * channelBytes)
      return max(bytes / Double(target), Double(target) / bytes)
    }
    let divisors = (1...max(1, channels)).filter {
      channels % $0 == 0 && ($0 == 1 || $0 <= limit / channelBytes)
    }
    let best = divisors.min { distance($0) < distance($1) } ?? 1
    return [1, best] + shape.dropFirst(2)
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
