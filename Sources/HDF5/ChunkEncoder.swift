internal import CCodecs
internal import CDeflate

/// A chunk as it goes into the file.
struct EncodedChunk: Sendable {
  let bytes: [UInt8]
  /// One bit a filter of the dataset, in their order: set where the chunk passed it by.
  let skippedFilters: UInt32
}

/// Does to chunks what the filters of HDF5 would, outside its lock; belongs to one thread.
struct ChunkEncoder: ~Copyable {
  private let codec: HDF5Codec
  private let elementSize: Int
  private let looksForRunsOnly: Bool
  private let compressor: OpaquePointer?
  private var scratch: [UInt8] = []

  init(_ codec: HDF5Codec, elementSize: Int, looksForRunsOnly: Bool) {
    self.codec = codec
    self.elementSize = elementSize
    self.looksForRunsOnly = looksForRunsOnly
    compressor =
      if case .deflate(let level, _) = codec, !looksForRunsOnly {
        libdeflate_alloc_compressor(Int32(level))
      } else {
        nil
      }
  }

  deinit { libdeflate_free_compressor(compressor) }

  /// The bytes of a chunk after the codec; nil if there is no memory for it.
  mutating func encode(_ chunk: UnsafeRawBufferPointer) -> EncodedChunk? {
    switch codec {
    case .none: EncodedChunk(bytes: Array(chunk), skippedFilters: 0)
    case .deflate(_, shuffle: true): shuffledThenDeflated(chunk)
    case .deflate(_, shuffle: false): deflated(chunk, otherwise: 1)
    case .relu: packed(chunk)
    }
  }

  /// The bitmap and the elements that are not zero, or the bytes as they are where that saves
  /// nothing.
  private borrowing func packed(_ chunk: UnsafeRawBufferPointer) -> EncodedChunk {
    let stream = [UInt8](unsafeUninitializedCapacity: lethe_relu_bound(chunk.count)) {
      target, length in
      length = lethe_relu_encode(
        chunk.baseAddress, chunk.count, UInt32(elementSize), target.baseAddress)
    }
    return stream.isEmpty
      ? EncodedChunk(bytes: Array(chunk), skippedFilters: 1)
      : EncodedChunk(bytes: stream, skippedFilters: 0)
  }

  private mutating func shuffledThenDeflated(_ chunk: UnsafeRawBufferPointer) -> EncodedChunk? {
    if scratch.count != chunk.count { scratch = [UInt8](repeating: 0, count: chunk.count) }
    scratch.withUnsafeMutableBufferPointer { scratch in
      guard let target = scratch.baseAddress, let source = chunk.baseAddress else { return }
      lethe_shuffle(
        source.assumingMemoryBound(to: UInt8.self), chunk.count / elementSize, elementSize, target)
    }
    return scratch.withUnsafeBytes { deflated($0, otherwise: 2) }
  }

  /// The stream, or the bytes as they are where it would be no shorter.
  private borrowing func deflated(
    _ bytes: UnsafeRawBufferPointer, otherwise skipped: UInt32
  ) -> EncodedChunk? {
    guard looksForRunsOnly || compressor != nil else { return nil }
    var stream = [UInt8](repeating: 0, count: bytes.count)
    let length = stream.withUnsafeMutableBytes { target in
      looksForRunsOnly
        ? lethe_deflate_runs(bytes.baseAddress, bytes.count, target.baseAddress, target.count)
        : libdeflate_zlib_compress(
          compressor, bytes.baseAddress, bytes.count, target.baseAddress, target.count)
    }
    guard length > 0 else { return EncodedChunk(bytes: Array(bytes), skippedFilters: skipped) }
    stream.removeLast(stream.count - length)
    return EncodedChunk(bytes: stream, skippedFilters: 0)
  }
}
