internal import CCodecs
internal import CDeflate

/// Undoes the filters of chunks outside HDF5's lock; belongs to one thread.
///
/// The bytes may come from anywhere: what does not decode to exactly a chunk is refused.
struct ChunkDecoder: ~Copyable {
  private let codec: HDF5Codec
  private let elementSize: Int
  private let decompressor: OpaquePointer?
  private var scratch: [UInt8] = []

  init(_ codec: HDF5Codec, elementSize: Int) {
    self.codec = codec
    self.elementSize = elementSize
    decompressor = if case .deflate = codec { libdeflate_alloc_decompressor() } else { nil }
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Fills `target` with what a chunk holds; false if its bytes are not those of a chunk.
  mutating func decode(
    _ chunk: EncodedChunk, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    chunk.bytes.withUnsafeBytes { source in
      switch codec {
      case .none: copy(source, to: target)
      case .relu where chunk.skippedFilters & 1 != 0: copy(source, to: target)
      case .relu:
        lethe_relu_decode(
          source.baseAddress, source.count, UInt32(elementSize), target.baseAddress, target.count)
          != 0
      case .deflate(_, shuffle: false):
        inflate(source, isSkipped: chunk.skippedFilters & 1 != 0, into: target)
      case .deflate(_, shuffle: true):
        inflateThenUnshuffle(source, chunk.skippedFilters, into: target)
      }
    }
  }

  private mutating func inflateThenUnshuffle(
    _ source: UnsafeRawBufferPointer, _ skipped: UInt32,
    into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let isStored = skipped & 2 != 0
    guard skipped & 1 == 0 else { return inflate(source, isSkipped: isStored, into: target) }
    if scratch.count != target.count { scratch = [UInt8](repeating: 0, count: target.count) }
    let size = elementSize
    let decompressor = decompressor
    return scratch.withUnsafeMutableBytes { scratch in
      guard
        ChunkDecoder.inflate(decompressor, source, isSkipped: isStored, into: scratch),
        let from = scratch.baseAddress, let to = target.baseAddress
      else { return false }
      lethe_unshuffle(
        from.assumingMemoryBound(to: UInt8.self), target.count / size, size,
        to.assumingMemoryBound(to: UInt8.self))
      return true
    }
  }

  private borrowing func inflate(
    _ source: UnsafeRawBufferPointer, isSkipped: Bool, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    ChunkDecoder.inflate(decompressor, source, isSkipped: isSkipped, into: target)
  }

  private static func inflate(
    _ decompressor: OpaquePointer?, _ source: UnsafeRawBufferPointer, isSkipped: Bool,
    into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    if isSkipped { return copy(source, to: target) }
    guard let decompressor else { return false }
    // Without a place for the length, it must be that of the target.
    return libdeflate_zlib_decompress(
      decompressor, source.baseAddress, source.count, target.baseAddress, target.count, nil)
      == LIBDEFLATE_SUCCESS
  }

  private static func copy(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard source.count == target.count else { return false }
    target.copyMemory(from: source)
    return true
  }

  private borrowing func copy(
    _ source: UnsafeRawBufferPointer, to target: UnsafeMutableRawBufferPointer
  ) -> Bool { ChunkDecoder.copy(source, to: target) }
}
