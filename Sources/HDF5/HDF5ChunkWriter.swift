internal import Dispatch
internal import Synchronization

/// Writes the rows of a chunked dataset, compressing several chunks at a time.
///
/// A row is an index of the first dimension. Rows may come in any order, each once; a chunk is
/// written when its last row has come. Chunks are written in the order in which they became whole,
/// so the bytes of the file do not depend on the number of threads.
public final class HDF5ChunkWriter {
  private let dataset: HDF5Dataset
  private let codec: HDF5Codec
  private let elementType: HDF5ElementType
  private let threads: Int
  private let looksForRunsOnly: Bool
  /// Rows of a chunk.
  private let depth: Int
  private let rowBytes: Int
  /// Chunks side by side in a row.
  private let parts: Int
  /// Extent of a chunk along the second dimension.
  private let width: Int
  private var waiting: [Int: Waiting] = [:]

  /// Chunks that are compressed before the next are looked at: bounds the memory.
  private static let wave = 64

  /// Rows of a chunk of which others have not come.
  private struct Waiting {
    var bytes: [UInt8]
    var missing: Int
  }

  /// A whole chunk.
  private struct Job {
    let source: UnsafeRawPointer
    let offset: [Int]
  }

  /// A writer of all rows of a dataset.
  ///
  /// - Parameters:
  ///   - dataset: A chunked dataset whose chunks hold whole rows, or divide a row along the second
  ///     dimension.
  ///   - threads: How many chunks are compressed at a time.
  ///   - looksForRunsOnly: Whether deflate looks only for bytes equal to the one before: better and
  ///     faster where most bytes are 0; the result is deflate all the same.
  /// - Throws: `HDF5Error` if its chunks are none of these.
  public init(
    _ dataset: HDF5Dataset, threads: Int, looksForRunsOnly: Bool = false
  ) throws(HDF5Error) {
    guard let chunk = dataset.chunk, let codec = dataset.codec, let type = dataset.elementType,
      let depth = chunk.first, let row = elementCount(Array(dataset.shape.dropFirst())), row > 0
    else {
      throw dataset.object.place.error("write chunks", "it is not stored in chunks of rows")
    }
    let isWhole = Array(chunk.dropFirst()) == Array(dataset.shape.dropFirst())
    let dividesRow =
      chunk.count > 1 && dataset.shape[1] % chunk[1] == 0
      && chunk.dropFirst(2) == dataset.shape.dropFirst(2)
    guard isWhole || dividesRow else {
      throw dataset.object.place.error("write chunks", "chunks of \(chunk) do not divide its rows")
    }
    self.dataset = dataset
    self.codec = codec
    self.threads = max(1, threads)
    self.looksForRunsOnly = looksForRunsOnly
    self.depth = depth
    elementType = type
    rowBytes = row * type.size
    width = chunk.count > 1 ? chunk[1] : 1
    parts = chunk.count > 1 ? dataset.shape[1] / chunk[1] : 1
  }

  /// Writes rows.
  ///
  /// - Parameters:
  ///   - values: Whole rows that were not written before.
  ///   - row: The first of them.
  /// - Throws: `HDF5Error` if they are not rows of this dataset and its element type, or cannot be
  ///   written.
  public func write<Element: HDF5Element>(
    _ values: UnsafeBufferPointer<Element>, at row: Int
  ) throws(HDF5Error) {
    let bytes = UnsafeRawBufferPointer(values)
    let rows = bytes.count / rowBytes
    guard Element.elementType == elementType, bytes.count % rowBytes == 0, row >= 0,
      row <= dataset.shape[0], rows <= dataset.shape[0] - row
    else {
      throw dataset.object.place.error(
        "write chunks", "\(values.count) values from row \(row) on are no rows of it")
    }
    guard rows > 0, let source = bytes.baseAddress else { return }
    var jobs: [Job] = []
    // Keeps alive what jobs point to.
    var assembled: [UnsafeMutableRawBufferPointer] = []
    defer { for buffer in assembled { buffer.deallocate() } }
    for chunk in row / depth...(row + rows - 1) / depth {
      let all = chunk * depth..<min((chunk + 1) * depth, dataset.shape[0])
      let here = all.clamped(to: row..<row + rows)
      let start = source + (here.lowerBound - row) * rowBytes
      if here.count == depth {
        jobs += self.jobs(start, row: chunk * depth, &assembled)
        continue
      }
      let part = UnsafeRawBufferPointer(start: start, count: here.count * rowBytes)
      if let whole = collect(part, rows: here, of: chunk, all) {
        assembled.append(whole)
        jobs += self.jobs(
          whole.baseAddress.map { UnsafeRawPointer($0) } ?? start, row: chunk * depth, &assembled)
      }
    }
    try run(jobs)
  }

  /// Writes rows from an array, as from a buffer.
  public func write<Element: HDF5Element>(_ values: [Element], at row: Int) throws(HDF5Error) {
    try values.withUnsafeBufferPointer { (buffer) throws(HDF5Error) in try write(buffer, at: row) }
  }

  /// The chunks of `depth` rows; where these lie apart in memory, they are copied together.
  private func jobs(
    _ source: UnsafeRawPointer, row: Int, _ assembled: inout [UnsafeMutableRawBufferPointer]
  ) -> [Job] {
    let bytes = depth * rowBytes / parts
    let isApart = parts > 1 && depth > 1
    return (0..<parts).map { part in
      let offset = [row, part * width] + dataset.shape.dropFirst(2).map { _ in 0 }
      let place = Array(offset.prefix(dataset.shape.count))
      guard isApart else { return Job(source: source + part * bytes, offset: place) }
      let copy = UnsafeMutableRawBufferPointer.allocate(
        byteCount: bytes, alignment: MemoryLayout<UInt64>.alignment)
      assembled.append(copy)
      let length = rowBytes / parts
      for index in 0..<depth {
        let from = UnsafeRawBufferPointer(
          start: source + index * rowBytes + part * length, count: length)
        copy[index * length..<(index + 1) * length].copyBytes(from: from)
      }
      return Job(source: copy.baseAddress.map { UnsafeRawPointer($0) } ?? source, offset: place)
    }
  }

  /// Keeps rows of a chunk that is not whole; returns its bytes once it is.
  ///
  /// What lies beyond the last row of the dataset is zero.
  private func collect(
    _ bytes: UnsafeRawBufferPointer, rows: Range<Int>, of chunk: Int, _ all: Range<Int>
  ) -> UnsafeMutableRawBufferPointer? {
    var entry =
      waiting.removeValue(forKey: chunk)
      ?? Waiting(bytes: [UInt8](repeating: 0, count: depth * rowBytes), missing: all.count)
    entry.bytes.withUnsafeMutableBytes { target in
      let start = (rows.lowerBound - all.lowerBound) * rowBytes
      target[start..<start + bytes.count].copyBytes(from: bytes)
    }
    entry.missing -= rows.count
    guard entry.missing <= 0 else {
      waiting[chunk] = entry
      return nil
    }
    let whole = UnsafeMutableRawBufferPointer.allocate(
      byteCount: entry.bytes.count, alignment: MemoryLayout<UInt64>.alignment)
    whole.copyBytes(from: entry.bytes)
    return whole
  }

  private func run(_ jobs: [Job]) throws(HDF5Error) {
    for first in stride(from: 0, to: jobs.count, by: HDF5ChunkWriter.wave) {
      try runWave(Array(jobs[first..<min(first + HDF5ChunkWriter.wave, jobs.count)]))
    }
  }

  /// Compresses chunks on all threads; whoever has the next one in order writes it.
  private func runWave(_ jobs: [Job]) throws(HDF5Error) {
    let turns = OrderedChunks(jobs.count)
    let bytes = depth * rowBytes / parts
    // The pointers stay valid until all strips are done, and the dataset's calls take the lock of
    // the library; the compiler sees neither.
    nonisolated(unsafe) let shared = (jobs: jobs, dataset: dataset)
    let (codec, size, runs) = (codec, elementType.size, looksForRunsOnly)
    DispatchQueue.concurrentPerform(iterations: min(threads, jobs.count)) { _ in
      var encoder = ChunkEncoder(codec, elementSize: size, looksForRunsOnly: runs)
      while let index = turns.take() {
        let job = shared.jobs[index]
        let chunk = encoder.encode(UnsafeRawBufferPointer(start: job.source, count: bytes))
        turns.finish(index, chunk) { (index, chunk) throws(HDF5Error) in
          guard let chunk else {
            throw shared.dataset.object.place.error("compress a chunk", "there is no memory")
          }
          try shared.dataset.writeChunk(chunk, at: shared.jobs[index].offset)
        }
      }
    }
    if let error = turns.failure { throw error }
  }
}

/// Hands out chunks and takes them back in order.
///
/// One thread at a time writes, while the others go on compressing.
private final class OrderedChunks: Sendable {
  private struct State {
    var taken = 0
    var written = 0
    var isWriting = false
    var done: [Int: EncodedChunk?] = [:]
    var failure: HDF5Error?
  }

  /// A chunk whose turn it is.
  private struct Turn {
    let index: Int
    let chunk: EncodedChunk?
  }

  private let count: Int
  private let state = Mutex(State())

  init(_ count: Int) { self.count = count }

  /// The next chunk to compress; nil if there is none.
  func take() -> Int? {
    state.withLock { state in
      guard state.taken < count, state.failure == nil else { return nil }
      state.taken += 1
      return state.taken - 1
    }
  }

  /// Writes a chunk and those that waited for it, or lets it wait for those before it, or for the
  /// thread that is writing.
  func finish(
    _ index: Int, _ chunk: EncodedChunk?,
    write: (Int, EncodedChunk?) throws(HDF5Error) -> Void
  ) {
    state.withLock { $0.done[index] = .some(chunk) }
    while let turn = nextTurn() {
      do throws(HDF5Error) {
        try write(turn.index, turn.chunk)
        endTurn(nil)
      } catch {
        endTurn(error)
      }
    }
  }

  private func nextTurn() -> Turn? {
    state.withLock { state in
      guard !state.isWriting, state.failure == nil,
        let chunk = state.done.removeValue(forKey: state.written)
      else { return nil }
      state.isWriting = true
      return Turn(index: state.written, chunk: chunk)
    }
  }

  private func endTurn(_ failure: HDF5Error?) {
    state.withLock { state in
      state.isWriting = false
      state.failure = failure
      state.written += 1
    }
  }

  var failure: HDF5Error? { state.withLock { $0.failure } }
}
