import Foundation
import Synchronization
import Testing

@testable import Ingest

@Suite("Work beside the caller") struct SideThreadTests {
  private struct Failure: Error, Equatable { let number: Int }

  @Test("pieces run one after the other, in their order", arguments: [1, 2])
  func order(threads: Int) throws {
    let side = SideThread(threads: threads)
    let running = Atomic(0)
    let seen = Mutex<[Int]>([])
    for number in 0..<200 {
      try side.run {
        #expect(running.wrappingAdd(1, ordering: .relaxed).oldValue == 0)
        seen.withLock { $0.append(number) }
        running.wrappingSubtract(1, ordering: .relaxed)
      }
    }
    try side.wait()
    #expect(seen.withLock { $0 } == Array(0..<200))
  }

  @Test("an error is thrown once, before the next piece starts")
  func errors() throws {
    let side = SideThread(threads: 2)
    let started = Atomic(0)
    try side.run { throw Failure(number: 1) }
    #expect(throws: Failure(number: 1)) {
      try side.run { started.wrappingAdd(1, ordering: .relaxed) }
    }
    #expect(started.load(ordering: .relaxed) == 0)
    try side.run { throw Failure(number: 2) }
    #expect(throws: Failure(number: 2)) { try side.wait() }
    try side.wait()
    try side.run { started.wrappingAdd(1, ordering: .relaxed) }
    try side.wait()
    #expect(started.load(ordering: .relaxed) == 1)
  }

  @Test("with one thread, work is done on the caller's, and its errors thrown at once")
  func alone() throws {
    let side = SideThread(threads: 1)
    let caller = pthread_self()
    try side.run { #expect(pthread_equal(pthread_self(), caller) != 0) }
    #expect(throws: Failure(number: 3)) { try side.run { throw Failure(number: 3) } }
    try side.wait()
  }
}
