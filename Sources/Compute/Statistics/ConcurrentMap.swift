import Dispatch

/// Runs `body` for 0..<count on all cores and returns the results in order.
///
/// `body` must depend on its index alone: then the result does not depend on the number of threads.
func concurrentMap<Result: Sendable>(_ count: Int, _ body: @Sendable (Int) -> Result) -> [Result] {
  [Result](unsafeUninitializedCapacity: count) { buffer, initialized in
    // Each index is written once, by whoever runs it; nobody reads before all are done.
    nonisolated(unsafe) let base = buffer.baseAddress
    DispatchQueue.concurrentPerform(iterations: count) { index in
      base?.advanced(by: index).initialize(to: body(index))
    }
    initialized = count
  }
}
