internal import Dispatch
internal import Synchronization

/// Numbered pieces of work, shared out among threads.
enum ParallelWork {
  /// Runs `body` for 0..<count on at most `threads` threads and returns the results in order.
  ///
  /// `body` must depend on its index alone: then the results do not depend on the threads.
  ///
  /// - Parameters:
  ///   - count: How many pieces.
  ///   - threads: At least 1.
  ///   - shouldStop: Asked before each piece; once it says so, the rest stays undone.
  ///   - body: One piece.
  /// - Returns: A result a piece; nil for those that were not begun.
  static func map<Result: Sendable>(
    _ count: Int, threads: Int, shouldStop: @Sendable () -> Bool,
    _ body: @Sendable (Int) -> Result
  ) -> [Result?] {
    [Result?](unsafeUninitializedCapacity: count) { buffer, initialized in
      buffer.initialize(repeating: nil)
      // Each index is written once, by whoever runs it; nobody reads before all are done.
      nonisolated(unsafe) let base = buffer.baseAddress
      let next = Atomic(0)
      DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
        while !shouldStop() {
          let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { return }
          base?[index] = body(index)
        }
      }
      initialized = count
    }
  }
}
