internal import Dispatch
internal import Synchronization

/// Hands out chunks to threads until there are none, or one could not be read.
///
/// One call at a time is in the library, for the bytes as they are stored; they are unpacked outside
/// it, on all threads.
final class ChunkTurns: Sendable {
  private struct State {
    var taken = 0
    var missing: HDF5Error?
    var failure: HDF5Error?
  }

  private let count: Int
  private let state = Mutex(State())

  init(_ count: Int) { self.count = count }

  /// What to say of a chunk that was never written, if one was found.
  var missing: HDF5Error? { state.withLock { $0.missing } }

  /// Runs `work` on each of at most `threads` threads; it takes chunks until `take` has none.
  ///
  /// - Throws: The first error that `read` met.
  func run(threads: Int, _ work: @Sendable () -> Void) throws(HDF5Error) {
    withoutActuallyEscaping(work) { work in
      DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in work() }
    }
    if let error = state.withLock({ $0.failure }) { throw error }
  }

  /// The number of the next chunk; nil if there is none, or no more are wanted.
  func take() -> Int? {
    state.withLock { state in
      guard state.taken < count, state.failure == nil, state.missing == nil else { return nil }
      state.taken += 1
      return state.taken - 1
    }
  }

  /// Reads a chunk of a dataset and unpacks it.
  ///
  /// - Parameters:
  ///   - dataset: A dataset whose codec is the decoder's.
  ///   - origin: Where the chunk begins.
  ///   - decoder: Unpacks; each thread has its own.
  ///   - target: Takes the elements of a whole chunk.
  /// - Returns: Whether `target` is filled; if not, no more chunks are handed out.
  func read(
    _ dataset: HDF5Dataset, at origin: [Int], by decoder: inout ChunkDecoder,
    into target: UnsafeMutableRawBufferPointer
  ) -> Bool {
    do throws(HDF5Error) {
      // Codecs make a chunk at most a little longer than it is.
      guard let stored = try dataset.readChunk(at: origin, limit: 2 * target.count + 4096) else {
        let missing = dataset.object.place.error("read a chunk", "there is no chunk at \(origin)")
        state.withLock { $0.missing = missing }
        return false
      }
      guard decoder.decode(stored, into: target) else {
        throw dataset.object.place.error(
          "read the dataset", "the chunk at \(origin) is damaged")
      }
      return true
    } catch {
      state.withLock { state in if state.failure == nil { state.failure = error } }
      return false
    }
  }
}
