import CommandLineKit
import Foundation
import Ingest
import Warehouse

/// What writing commands share.
enum WritingOptions {
  static let threads = Option<Int>(
    "threads", value: "N", help: "Threads that compute.",
    default: ProcessInfo.processInfo.activeProcessorCount, described: "one a processor"
  ) { (1...1024).contains($0) ? nil : "is not between 1 and 1024" }

  static let seed = Option<Int>(
    "seed", value: "K", help: "The seed of everything random.", default: 1
  ) { $0 < 0 ? "is below 0" : nil }
}

extension Context {
  /// Opens the warehouse for writing around `body`, and closes it whole.
  func writing<Result>(
    create: Bool = false, _ purpose: String, _ body: (Store) throws -> Result
  ) throws -> Result {
    try closing(
      try Store.open(warehouse, for: .writing(create: create), purpose: purpose), body)
  }

  /// The same as soon as nobody else writes.
  func writingWhenFree<Result>(
    _ purpose: String, _ body: (Store) throws -> Result
  ) throws -> Result {
    var isTold = false
    let store = try Store.openWaiting(warehouse, purpose: purpose) { locked in
      try Interruption.check()
      if !isTold { note("\(locked.problem): waiting") }
      isTold = true
      Thread.sleep(forTimeInterval: 0.5)
    }
    return try closing(store, body)
  }

  private func closing<Result>(
    _ store: Store, _ body: (Store) throws -> Result
  ) throws -> Result {
    let result: Result
    do { result = try body(store) } catch {
      try? store.closeUnlessUsed()
      throw error
    }
    try store.close()
    return result
  }
}
