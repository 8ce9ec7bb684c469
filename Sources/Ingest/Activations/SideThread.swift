import Dispatch
import Synchronization

/// Does one piece of work at a time beside the caller: what is kept of one layer while the network
/// computes the next.
///
/// At most one piece waits or runs, so no more than one layer is held for it.
final class SideThread {
  private let queue: DispatchQueue?
  private let outcome = Outcome()

  /// A thread beside the caller; with one thread in all, work is done at once on the caller's.
  init(threads: Int) { queue = threads > 1 ? DispatchQueue(label: "lethe.side") : nil }

  /// What the last piece of work threw.
  private final class Outcome: Sendable {
    let error = Mutex<(any Error)?>(nil)
  }

  /// Starts a piece of work when the one before has ended.
  ///
  /// Until `wait` or the next `run` returns, what the work touches is its own.
  ///
  /// - Throws: What an earlier piece threw; then this one is not started.
  func run(_ work: @escaping () throws -> Void) throws {
    guard let queue else { return try work() }
    try wait()
    // Nobody else touches what it captures until it has ended: that is the caller's promise.
    nonisolated(unsafe) let work = work
    queue.async { [outcome] in
      do { try work() } catch { outcome.error.withLock { $0 = error } }
    }
  }

  /// Does what starts work, and waits until all of it has ended, also if `body` throws.
  ///
  /// - Throws: What `body` or a piece of work threw.
  func whole(_ body: () throws -> Void) throws {
    defer { try? wait() }
    try body()
    try wait()
  }

  /// Waits until nothing runs.
  ///
  /// - Throws: What the last piece threw, once.
  func wait() throws {
    queue?.sync {}
    let error = outcome.error.withLock { error in
      defer { error = nil }
      return error
    }
    if let error { throw error }
  }
}
