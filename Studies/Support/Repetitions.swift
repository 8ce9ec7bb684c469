import Dispatch
import Synchronization

/// Runs `body` for 0..<count on all cores and returns the results in order.
///
/// `body` must depend on its index alone; the first error, in order, is thrown.
func repeated<Output: Sendable>(
  _ count: Int, _ body: @Sendable (Int) throws -> Output
) throws -> [Output] {
  let results = Mutex([Result<Output, any Error>?](repeating: nil, count: count))
  DispatchQueue.concurrentPerform(iterations: count) { index in
    let result = Result { try body(index) }
    results.withLock { $0[index] = result }
  }
  return try results.withLock { $0.compactMap { $0 } }.map { try $0.get() }
}
