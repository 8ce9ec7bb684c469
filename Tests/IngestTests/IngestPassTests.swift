import Compute
import Synchronization
import Testing
import Warehouse

@testable import Ingest

/// Variants that do not fit into memory together, and how far an ingest says it is.
@Suite("Passes of an ingest")
struct IngestPassTests {
  private func weights(_ store: Store, _ name: String) throws -> Int {
    let variant = try Variant(store.model(named: name))
    return try ForwardPass.weightBytes(of: try variant.graph, numerics: .fast)
  }

  @Test("as few passes as the memory allows, each variant without the weights that it shares")
  func grouping() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    let plan = try ActivationIngest(store: store, options: IngestOptions())
      .plan(for: store.dataset(named: "noise"))
    func groups(_ memory: Int) throws -> [[String]] {
      try IngestPasses(plan: plan, memory: memory).plans().map { $0.variants.map(\.name) }
    }
    let one = try weights(store, "base")
    let works = try plan.work(for: 0..<70)
    let all = try works.reduce(0) { try $0 + $1.weightBytes }
    #expect(all < 2 * one)
    #expect(try groups(all) == [["base", "head", "deep"]])
    #expect(try groups(all - 1) == [["base", "head"], ["deep"]])
    #expect(try groups(one) == [["base"], ["head"], ["deep"]])
    #expect(throws: IngestError.self) { try groups(one - 1) }
  }

  @Test("the arrays of several passes are those of one")
  func severalPasses() throws {
    let (one, several) = (try SmallWarehouse(), try SmallWarehouse())
    let (oneStore, severalStore) = (try one.open(), try several.open())
    let single = try ActivationIngest(store: oneStore, options: IngestOptions()).run()
    let memory = try weights(severalStore, "base")
    let messages = Mutex<[String]>([])
    let divided = try ActivationIngest(
      store: severalStore, options: IngestOptions(threads: 1, memory: memory),
      monitor: Monitor(message: { text in messages.withLock { $0.append(text) } })
    ).run()
    #expect(single.forwardPasses == divided.forwardPasses)
    #expect(messages.withLock { $0 }.contains { $0.contains("3 passes") })
    #expect(try oneStore.storedContents() == severalStore.storedContents())
  }

  @Test("an estimate says the pass and the weights, and counts no array twice")
  func estimates() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    func estimates(_ memory: Int) throws -> [IngestEstimate] {
      try ActivationIngest(store: store, options: IngestOptions(memory: memory))
        .estimates(measuresSpeed: false)
    }
    let one = try weights(store, "base")
    let (wide, narrow) = (try estimates(10 * one), try estimates(one))
    #expect(wide.map(\.pass) == [1, 1, 1])
    #expect(narrow.map(\.pass) == [1, 2, 3])
    #expect(wide.map(\.bytes) == narrow.map(\.bytes))
    #expect(wide[0].weightBytes == one && wide[1].weightBytes < one)
    #expect(narrow.map(\.weightBytes) == [one, one, one])
    #expect(wide[1].sharedWith == "base" && narrow[1].sharedWith == nil)
    #expect(narrow[1].gigaMACs > wide[1].gigaMACs)
    _ = try ActivationIngest(store: store, options: IngestOptions()).run()
    #expect(try estimates(one).map(\.pass) == [nil, nil, nil])
  }

  @Test("progress counts pictures, and ends with all of them")
  func progress() throws {
    let small = try SmallWarehouse()
    let store = try small.open()
    let seen = Mutex<[Monitor.Progress]>([])
    _ = try ActivationIngest(
      store: store, options: IngestOptions(),
      monitor: Monitor(progress: { progress in
        seen.withLock { if progress.title == "ingest of noise" { $0.append(progress) } }
      })
    ).run()
    let all = seen.withLock { $0 }
    #expect(all.allSatisfy { $0.total == 70 && $0.unit == "pictures" })
    #expect(all.last?.done == 70)
    #expect(zip(all, all.dropFirst()).allSatisfy { $0.done <= $1.done })
    // `base` is first, and most of the work of a batch.
    #expect((15...32).contains(all[0].done))
  }

  @Test("fewer samples at a time where activations are large")
  func batchSizes() throws {
    func size(_ pixels: Int, _ width: Double) throws -> Int {
      Blocks.batchSize(
        for: try Graph.vgg16(VGGOptions(inputSize: pixels, width: width, classes: 8)))
    }
    #expect(try size(32, 0.25) == 32)
    // Two maps of 64 × 224 × 224 numbers: 25.7 MB a sample.
    #expect(try size(224, 1) == 8)
    #expect(try size(224, 0.25) == 32)
  }
}
