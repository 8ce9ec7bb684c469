internal import CCodecs
internal import CDeflate

/// A chunk as it stands in the file.
struct StoredChunk: Sendable {
  let bytes: [UInt8]
  /// One bit a filter of the dataset, in their order: set where the chunk passed it by.
  let skippedFilters: UInt32
}

/// Undoes the filters of chunks outside HDF5's lock; belongs to one thread.
struct ChunkDecoder: ~Copyable {
  private let codec: HDF5Codec
  private let elementSize: Int
  private let decompressor: OpaquePointer?
  private var scratch: [UInt8] = []

  init(_ codec: HDF5Codec, elementSize: Int) {
    self.codec = codec
    self.elementSize = elementSize
    decompressor =
      if case .deflate = codec { libdeflate_alloc_decompressor() } else { nil }
  }

  deinit { libdeflate_free_decompressor(decompressor) }

  /// Fills `target` with the elements of a chunk; false if they are not as many, or damaged.
  mutating func decode(_ chunk: StoredChunk, into target: UnsafeMutableRawBufferPointer) -> Bool {
    var (isDeflated, isShuffled) = (false, false)
    if case .deflate(_, let shuffle) = codec {
      isShuffled = shuffle && chunk.skippedFilters & 1 == 0
      isDeflated = chunk.skippedFilters & (shuffle ? 2 : 1) == 0
    }
    guard isShuffled else { return inflate(chunk.bytes, isDeflated, into: target) }
    if scratch.count != target.count { scratch = [UInt8](repeating: 0, count: target.count) }
    let isWhole = scratch.withUnsafeMutableBytes { [decompressor] in
      ChunkDecoder.inflate(chunk.bytes, isDeflated, into: $0, decompressor)
    }
    guard isWhole, let bytes = target.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
      return false
    }
    lethe_unshuffle(scratch, target.count / elementSize, elementSize, bytes)
    return true
  }

  private borrowing func inflate(
    _ bytes: [UInt8], _ isDeflated: Bool, into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    ChunkDecoder.inflate(bytes, isDeflated, into: target, decompressor)
  }

  private static func inflate(
    _ bytes: [UInt8], _ isDeflated: Bool, into target: UnsafeMutableRawBufferPointer,
    _ decompressor: OpaquePointer?
  ) -> Bool {
    guard isDeflated else {
      guard bytes.count == target.count else { return false }
      target.copyBytes(from: bytes)
      return true
    }
    guard let decompressor else { return false }
    // Without a place for the length, the stream must fill the target exactly.
    return libdeflate_zlib_decompress(
      decompressor, bytes, bytes.count, target.baseAddress, target.count, nil)
      == LIBDEFLATE_SUCCESS
  }
}
