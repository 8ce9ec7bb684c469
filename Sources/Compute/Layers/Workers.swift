internal import Dispatch
internal import Synchronization

/// Threads that share out numbered work items.
///
/// What an item is depends on shapes alone and every item writes a region of its own, so results
/// are the same for any number of threads and any order.
final class Workers {
  /// How many threads work at once.
  let count: Int
  private var workspaces: [FloatBuffer?]
  private let crew: Crew?

  /// Workers on `count` threads, at least one.
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - staysAwake: Whether threads are kept, awake between one `forEach` and the next: for many
  ///     short ones in a row.
  init(count: Int, staysAwake: Bool = false) {
    self.count = max(1, count)
    workspaces = Array(repeating: nil, count: self.count)
    crew = staysAwake && count > 1 ? Crew(helpers: count - 1) : nil
  }

  /// Calls `body` for every item in 0..<items.
  func forEach(_ items: Int, _ body: (_ item: Int) -> Void) {
    forEach(items, workspace: 0) { item, _ in body(item) }
  }

  /// Calls `body` for every item in 0..<items, with uninitialised scratch memory of `workspace`
  /// floats that no other item uses meanwhile.
  func forEach(
    _ items: Int, workspace floats: Int,
    _ body: (_ item: Int, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    let threads = min(count, items)
    guard threads > 0 else { return }
    let scratch = (0..<threads).map { workspace($0, floats: floats) }
    guard threads > 1 else {
      for item in 0..<items { body(item, scratch[0]) }
      return
    }
    withoutActuallyEscaping(body) { body in
      // The compiler cannot see that items write apart and that all end before this returns.
      nonisolated(unsafe) let shared = (body: body, scratch: scratch)
      let next = Atomic(0)
      let work = { @Sendable (thread: Int) in
        while true {
          let item = next.wrappingAdd(1, ordering: .relaxed).oldValue
          if item >= items { return }
          shared.body(item, shared.scratch[thread])
        }
      }
      if let crew { return crew.run(threads: threads, work) }
      DispatchQueue.concurrentPerform(iterations: threads, execute: work)
    }
  }

  /// Calls `body` with consecutive ranges that cover 0..<count, at most `size` long.
  func forEachRange(
    of count: Int, size: Int = 1 << 14, _ body: (_ range: Range<Int>) -> Void
  ) {
    forEach((count + size - 1) / size) { item in
      body(item * size..<min(count, (item + 1) * size))
    }
  }

  private func workspace(_ thread: Int, floats: Int) -> UnsafeMutablePointer<Float> {
    if let buffer = workspaces[thread], buffer.count >= floats { return buffer.start }
    let buffer = FloatBuffer(count: floats)
    workspaces[thread] = buffer
    return buffer.start
  }
}
