import Synchronization
import Testing

@testable import Ingest

@Suite("Work beside the caller") struct SideThreadTests {
  private struct Failure: Error, Equatable { let number: Int }

  @Test("pieces run one after the other, in their order")
  func order() throws {
    let side = SideThread()
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
    let side = SideThread()
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
}
