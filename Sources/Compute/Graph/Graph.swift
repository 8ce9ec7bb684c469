/// One step of a network.
public struct Node: Codable, Sendable, Hashable {
  /// The name, unique in the graph; parts of a layer are named `layer.part`.
  public let name: String
  /// What the node does.
  public let operation: Operation
  /// Names of the nodes it reads, or `input` for the input of the network.
  public let inputs: [String]
  /// Whether the output is what the field calls the layer of that name.
  public let isLayer: Bool

  /// A node; part of a layer unless `isLayer` is set.
  public init(_ name: String, _ operation: Operation, inputs: [String], isLayer: Bool = false) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.isLayer = isLayer
  }

  /// The name that the node's parameters begin with.
  ///
  /// The weights of a layer are named by the layer: node `conv1_1.conv` owns `conv1_1.weight`.
  public var parameterPrefix: String {
    for part in [".conv", ".dense"] where name.hasSuffix(part) && name.count > part.count {
      return String(name.dropLast(part.count))
    }
    return name
  }
}

/// A network: an input shape, and nodes in topological order; the last one is the output.
///
/// Layers are the named values that analyses ask for: a convolution or dense layer is taken after
/// its ReLU, `logits` before the softmax. Its JSON form is what a warehouse stores.
public struct Graph: Sendable, Hashable {
  /// The name by which nodes refer to the input of the network.
  public static let inputName = "input"
  /// The version of the JSON form that this build writes and reads.
  public static let version = 1

  /// The shape of one input sample.
  public let input: Shape
  /// The nodes, each after those that it reads.
  public let nodes: [Node]
  /// The output shape of every node, in the order of `nodes`.
  public let shapes: [Shape]

  /// A graph that has been checked.
  ///
  /// - Throws: `NetworkError` if a name is missing, doubled or unknown, a node reads a later one,
  ///   or a shape cannot be.
  public init(input: Shape, nodes: [Node]) throws {
    self.input = input
    self.nodes = nodes
    shapes = try Graph.checkedShapes(input: input, nodes: nodes)
  }

  /// The position of a node.
  public func index(of name: String) -> Int? { nodes.firstIndex { $0.name == name } }

  /// The shape of the value of that name: the output of a node, or the input.
  public func shape(of name: String) -> Shape? {
    name == Graph.inputName ? input : index(of: name).map { shapes[$0] }
  }

  /// The shape that comes into a node.
  func inputShape(of node: Node) -> Shape { shape(of: node.inputs[0]) ?? input }
}

extension Graph: Codable {
  private enum Key: String, CodingKey { case version, input, nodes }

  /// Reads the JSON form and checks it.
  ///
  /// - Parameter decoder: The decoder to read from.
  /// - Throws: `NetworkError` for another version, an unknown operation or an impossible graph;
  ///   `DecodingError` for what is not a graph at all.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Graph.version else {
      throw NetworkError(
        .graph,
        "the graph has format version \(version), this program reads \(Graph.version);"
          + " use the program that wrote it, or a newer one")
    }
    try self.init(
      input: container.decode(Shape.self, forKey: .input),
      nodes: container.decode([ReadNode].self, forKey: .nodes).map(\.node))
  }

  /// Writes the JSON form.
  ///
  /// - Parameter encoder: The encoder to write to.
  /// - Throws: `EncodingError`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(Graph.version, forKey: .version)
    try container.encode(input, forKey: .input)
    try container.encode(nodes, forKey: .nodes)
  }
}
