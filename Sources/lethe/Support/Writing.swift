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
    let store = try Store.open(warehouse, for: .writing(create: create), purpose: purpose)
    let result: Result
    do { result = try body(store) } catch {
      try? store.close()
      throw error
    }
    try store.close()
    return result
  }
}
