import Synchronization
import Testing

@testable import Compute

@Suite("Workers")
struct WorkersTests {
  @Test(
    "Every item is worked on once, in rounds without and with pauses", arguments: [1, 2, 3, 8],
    [false, true])
  func everyItemOnce(threads: Int, staysAwake: Bool) async throws {
    let workers = Workers(count: threads, staysAwake: staysAwake)
    for round in 0..<400 {
      let items = round % 23
      // Threads that have fallen asleep have to come back.
      if round % 100 == 99 { try await Task.sleep(for: .milliseconds(5)) }
      let counts = (0..<items).map { _ in Counter() }
      workers.forEach(items, workspace: 64) { item, scratch in
        for place in 0..<64 { scratch[place] = Float(item) }
        let isOwn = (0..<64).allSatisfy { scratch[$0] == Float(item) }
        counts[item].value.add(isOwn ? 1 : 1000, ordering: .relaxed)
      }
      #expect(counts.allSatisfy { $0.value.load(ordering: .relaxed) == 1 })
    }
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }
}
