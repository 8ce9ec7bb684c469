internal import CKernels
internal import Dispatch
internal import Foundation
internal import Synchronization

/// Threads that wait awake for a while for the next piece of work, and asleep from then on.
///
/// A training step is some hundred short passes: to wake a sleeping thread for each takes a good
/// part of the time that it saves. One thread gives work, and is one of those that do it.
final class Crew {
  private let post = Post()

  /// A crew of this many threads besides the one that gives work.
  init(helpers: Int) {
    for index in 1...max(1, helpers) {
      let thread = Thread { [post] in post.serve(index) }
      thread.name = "lethe crew"
      thread.start()
    }
  }

  deinit { post.close() }

  /// Calls `body` once on this thread and on as many others as come before it has ended here.
  ///
  /// - Parameters:
  ///   - threads: The most threads; each gets its number in 0..<threads, this one 0.
  ///   - body: Takes pieces of the work until there are none.
  func run(threads: Int, _ body: (_ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { post.run(threads: threads, $0) }
  }
}

/// Where the work is posted.
private final class Post: @unchecked Sendable {
  // Unchecked because of `work`, which is written only while nobody may read it.
  private var work: (threads: Int, body: (Int) -> Void)?
  // From the lowest bit on: whether there is work to join, how many helpers are at it (15 bits),
  // and which piece of work it is.
  private let state = Atomic<UInt>(0)
  private let isClosed = Atomic(false)
  private let sleepers = Atomic(0)
  private let bell = DispatchSemaphore(value: 0)

  private static let open: UInt = 1
  private static let helper: UInt = 2
  private static let helpers: UInt = 0xfffe
  private static let number: UInt = 0x1_0000
  // Some tens of microseconds.
  private static let patience = 2000

  func run(threads: Int, _ body: @escaping (Int) -> Void) {
    work = (threads, body)
    state.add(Post.number | Post.open, ordering: .sequentiallyConsistent)
    ring()
    body(0)
    // Who has not come by now is not waited for.
    state.subtract(Post.open, ordering: .acquiringAndReleasing)
    var turns = 0
    while state.load(ordering: .acquiring) & Post.helpers != 0 { Post.wait(&turns) }
    work = nil
  }

  func close() {
    isClosed.store(true, ordering: .sequentiallyConsistent)
    ring()
  }

  /// Works until the post is closed.
  func serve(_ index: Int) {
    var last: UInt = 0
    var turns = 0
    while !isClosed.load(ordering: .acquiring) {
      let seen = state.load(ordering: .acquiring)
      guard isNew(seen, after: last) else {
        if turns < Post.patience {
          turns += 1
          lethe_pause()
        } else {
          sleep(unlessNewAfter: last)
          turns = 0
        }
        continue
      }
      turns = 0
      guard
        state.compareExchange(
          expected: seen, desired: seen + Post.helper, ordering: .acquiringAndReleasing
        ).exchanged
      else { continue }
      last = seen / Post.number
      if let work, index < work.threads { work.body(index) }
      state.subtract(Post.helper, ordering: .acquiringAndReleasing)
    }
  }

  private func isNew(_ seen: UInt, after last: UInt) -> Bool {
    seen & Post.open != 0 && seen / Post.number != last
  }

  private func sleep(unlessNewAfter last: UInt) {
    sleepers.add(1, ordering: .sequentiallyConsistent)
    if isClosed.load(ordering: .sequentiallyConsistent)
      || isNew(state.load(ordering: .sequentiallyConsistent), after: last)
    {
      // Nobody needs to ring, unless somebody has.
      var count = sleepers.load(ordering: .sequentiallyConsistent)
      while count > 0 {
        let result = sleepers.compareExchange(
          expected: count, desired: count - 1, ordering: .sequentiallyConsistent)
        if result.exchanged { return }
        count = result.original
      }
    }
    bell.wait()
  }

  private func ring() {
    for _ in 0..<sleepers.exchange(0, ordering: .sequentiallyConsistent) { bell.signal() }
  }

  private static func wait(_ turns: inout Int) {
    turns += 1
    // A helper may have lost its processor to another program.
    if turns < patience { lethe_pause() } else { sched_yield() }
  }
}
