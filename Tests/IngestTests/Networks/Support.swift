import Compute
import Foundation

@testable import Ingest

/// A file of the folder of network fixtures.
func networkFixture(_ name: String, _ file: StaticString = #filePath) -> URL {
  URL(filePath: "\(file)").deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures/networks/\(name)")
}

/// The tensors of a file without a graph.
func stateDict(_ url: URL) throws -> [String: Tensor] {
  guard case .stateDict(let tensors) = try NetworkFile.read(url) else {
    throw IngestError("\(url.path) holds a graph", advice: "expect a state dict")
  }
  return tensors
}

/// The network of a file with a graph.
func network(_ url: URL) throws -> ImportedNetwork {
  guard case .network(let network) = try NetworkFile.read(url) else {
    throw IngestError("\(url.path) holds no graph", advice: "expect a network")
  }
  return network
}

/// The message with which reading a file fails; nil if it does not.
func failure(_ url: URL) -> String? {
  do {
    _ = try NetworkFile.read(url)
    return nil
  } catch {
    return "\(error)"
  }
}

/// Numbers in an order that a seed decides (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

/// Reads a file cut off at every fiftieth of its length, and with single bytes changed.
///
/// What is read or not does not matter here, only that each ends in a result or an error.
func damage(
  _ url: URL, in folder: TemporaryFolder, mutations: Int, seed: UInt64
) throws -> (read: Int, refused: Int) {
  let whole = [UInt8](try Data(contentsOf: url))
  var random = SeededNumbers(seed: seed)
  var counts = (read: 0, refused: 0)
  func attempt(_ bytes: [UInt8]) throws {
    if failure(try folder.write(bytes, to: "damaged")) == nil {
      counts.read += 1
    } else {
      counts.refused += 1
    }
  }
  for part in 0..<50 { try attempt(Array(whole.prefix(whole.count * part / 50))) }
  for _ in 0..<mutations {
    var bytes = whole
    bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(
      in: 0...255, using: &random)
    try attempt(bytes)
  }
  return counts
}
