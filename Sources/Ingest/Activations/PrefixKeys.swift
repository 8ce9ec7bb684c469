import Compute
import Foundation
import Hashing

/// Keys of activations by what they depend on: a tree of SHA-256 digests over the graph.
///
/// The digest of a node covers its operation, its own parameters and the digests of its inputs;
/// the digest of the graph's input covers the preprocessing and the kernels. Names do not count.
/// So networks that share a frozen prefix have equal keys there, and one changed weight changes
/// every key behind it.
enum PrefixKeys {
  /// The key of each named layer of a network.
  static func keys(
    graph: Graph, parameters: Parameters, preprocessing: Preprocessing, numerics: Numerics
  ) throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let input = SHA256()
    input.update("lethe-prefix-1")
    input.update(try preprocessing.json())
    input.update(numerics.key)
    input.update("\(graph.input.channels)×\(graph.input.height)×\(graph.input.width)")
    var digests = [Graph.inputName: input.hex()]
    for node in graph.nodes {
      let hash = SHA256()
      hash.update(String(decoding: try encoder.encode(node.operation), as: UTF8.self))
      for name in node.inputs { hash.update(digests[name] ?? "") }
      for suffix in ["weight", "bias", "running_mean", "running_var"] {
        guard let tensor = parameters["\(node.parameterPrefix).\(suffix)"] else { continue }
        hash.update(suffix)
        hash.update(tensor.shape.map(String.init).joined(separator: "×"))
        tensor.values.withUnsafeBytes { hash.update($0) }
      }
      digests[node.name] = hash.hex()
    }
    return digests
  }
}

extension Numerics {
  /// Part of every key, since another path gives other last bits.
  var key: String { "\(rawValue) \(kernelPath)" }
}

/// The kernels of this program.
enum Kernels {
  /// All of them, in one line: shards of programs with other ones do not go together.
  static let all = Numerics.allCases.map(\.key).joined(separator: ", ")
}
