/// A node of the JSON form, or what can be told of one that cannot be read.
struct ReadNode: Decodable {
  let node: Node

  /// Reads a node.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: `NetworkError` that names the node and its operation if the operation is unknown or
  ///   lacks a number; `DecodingError` for what is not a node at all.
  init(from decoder: any Decoder) throws {
    do {
      node = try Node(from: decoder)
    } catch let error as DecodingError {
      guard let sketch = try? Sketch(from: decoder) else { throw error }
      let operation = sketch.operation.keys.sorted().joined(separator: ", ").prefix(80)
      throw NetworkError(
        .graph,
        "node '\(sketch.name.prefix(80))' has the operation '\(operation)', which this program does"
          + " not know in this form; use the program that wrote the network, or a newer one")
    }
  }

  private struct Sketch: Decodable {
    let name: String
    let operation: [String: Anything]
  }

  private struct Anything: Decodable {
    init(from decoder: any Decoder) {}
  }
}
