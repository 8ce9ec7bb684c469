internal import Foundation
internal import SQLite
import Warehouse

/// Reads stored maps once, so that a peer that reads the same files can be timed in turn with it.
///
///     store-bench WAREHOUSE MODEL LAYER,… POSITION|all CHANNEL|all THREADS OUTPUT
///
/// Prints the seconds from opening the warehouse to the last value in memory. OUTPUT then gets the
/// values as plain float32, layer after layer, unless it is `-`.
@main
enum StoreBench {
  static func main() {
    do {
      try run(Array(CommandLine.arguments.dropFirst()))
    } catch {
      FileHandle.standardError.write(Data("store-bench: \(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ words: [String]) throws {
    guard words.count == 7, let threads = Int(words[5]), threads > 0 else {
      throw Problem(
        description: "usage: store-bench WAREHOUSE MODEL LAYER,… POSITION|all CHANNEL|all THREADS "
          + "OUTPUT")
    }
    let start = ContinuousClock.now
    let store = try Store.open(URL(filePath: words[0]), for: .reading)
    store.readingThreads = threads
    let samples =
      try store.catalogue.value("SELECT count(*) FROM sample WHERE dataset = 1").int ?? 0
    let positions = try range(words[3], all: 0..<samples)
    let layers = try words[2].split(separator: ",").map { layer in
      let key = try store.catalogue.row(
        "SELECT l.prefix FROM layer l JOIN model m ON m.id = l.model WHERE m.name = ? AND l.name = ?",
        words[1], String(layer))?[0].string
      guard let key else { throw Problem(description: "\(words[1]) has no layer \(layer)") }
      let channels = words[4] == "all" ? nil : try range(words[4], all: 0..<0)
      return try store.read(
        key: key, tier: .maps, dataset: 1, positions: Array(positions), channels: channels
      ).values
    }
    print((ContinuousClock.now - start) / .seconds(1))
    guard words[6] != "-" else { return }
    try Data().write(to: URL(filePath: words[6]))
    let output = try FileHandle(forWritingTo: URL(filePath: words[6]))
    for values in layers {
      try output.write(contentsOf: values.withUnsafeBytes { Data($0) })
    }
    try output.close()
  }

  private static func range(_ word: String, all: Range<Int>) throws -> Range<Int> {
    if word == "all" { return all }
    guard let number = Int(word), number >= 0, number < Int.max else {
      throw Problem(description: "\(word) is no number from 0 on")
    }
    return number..<number + 1
  }
}

/// Why the benchmark cannot be run.
struct Problem: Error, CustomStringConvertible {
  let description: String
}
