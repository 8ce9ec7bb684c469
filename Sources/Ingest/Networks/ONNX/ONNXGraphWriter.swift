import Compute
import Foundation

/// The nodes and constants of a graph in ONNX's terms.
struct ONNXGraphWriter {
  /// A tensor to be: weights, or the whole numbers that some operators take as inputs.
  struct Constant {
    let name: String
    let dims: [Int]
    let raw: Data
    let isFloat: Bool
    var byteCount: Int { raw.count }
  }

  /// An attribute of a node.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case text(String)
  }

  let graph: Graph
  /// The version of the operators that the nodes need.
  let opset: Int
  /// Fields of the GraphProto: its nodes and its name.
  private(set) var nodes = ProtobufWriter()
  private(set) var tensors: [Constant] = []
  /// Values that are [batch, features]; all others are [batch, channels, height, width].
  private var vectors: Set<String> = []
  /// The value that holds the output.
  private var output = ""

  /// A writer of a graph.
  init(_ graph: Graph) {
    self.graph = graph
    let hasGELU = graph.nodes.contains { node in
      [.activation(kind: .gelu), .activation(kind: .geluTanh)].contains(node.operation)
    }
    opset = hasGELU ? 20 : 13
  }

  /// Writes every node, and takes the weights that it needs.
  mutating func writeNodes(_ parameters: Parameters) {
    nodes.add(2, text: "network")
    for node in graph.nodes { write(node, parameters) }
    guard let last = graph.nodes.last, let shape = graph.shapes.last else { return }
    output = shape.pixels == 1 ? asVector(last.name) : last.name
  }

  /// Fields of the GraphProto that name its input and its output.
  func ends() -> Data {
    var ends = ProtobufWriter()
    let input = graph.input
    add(11, Graph.inputName, [input.channels, input.height, input.width], to: &ends)
    let shape = graph.shapes.last ?? input
    add(
      12, output,
      vectors.contains(output) ? [shape.channels] : [shape.channels, shape.height, shape.width],
      to: &ends)
    return ends.bytes
  }

  private func add(_ field: Int, _ name: String, _ sides: [Int], to message: inout ProtobufWriter) {
    message.add(field) { info in
      info.add(1, text: name)
      info.add(2) { type in
        type.add(1) { tensor in
          tensor.add(1, integer: ONNXElementType.float32.rawValue)
          tensor.add(2) { shape in
            shape.add(1) { $0.add(2, text: "N") }
            for side in sides { shape.add(1) { $0.add(1, integer: side) } }
          }
        }
      }
    }
  }

  /// Writes one ONNX node; its only output bears the name `output`.
  mutating func add(
    _ kind: String, _ inputs: [String], output: String,
    _ attributes: [(name: String, value: Attribute)] = []
  ) {
    nodes.add(1) { node in
      for input in inputs { node.add(1, text: input) }
      node.add(2, text: output)
      node.add(3, text: output)
      node.add(4, text: kind)
      for attribute in attributes {
        node.add(5) { message in
          message.add(1, text: attribute.name)
          switch attribute.value {
          case .float(let value):
            message.add(2, float: value)
            message.add(20, integer: 1)
          case .integer(let value):
            message.add(3, integer: value)
            message.add(20, integer: 2)
          case .text(let value):
            message.add(4, text: value)
            message.add(20, integer: 3)
          case .integers(let values):
            for value in values { message.add(8, integer: value) }
            message.add(20, integer: 7)
          }
        }
      }
    }
  }

  /// Notes that a value is one vector a sample.
  mutating func markVector(_ name: String) { vectors.insert(name) }

  /// Whether a value is one vector a sample.
  func isVector(_ name: String) -> Bool { vectors.contains(name) }

  /// The value as [batch, features]; it must have one pixel, or become a vector by this.
  mutating func asVector(_ name: String) -> String {
    if vectors.contains(name) { return name }
    let flat = "\(name)/vector"
    if vectors.insert(flat).inserted {
      add("Flatten", [name], output: flat, [("axis", .integer(1))])
    }
    return flat
  }

  /// The value as [batch, channels, height, width].
  mutating func asMap(_ name: String) -> String {
    guard vectors.contains(name) else { return name }
    let map = "\(name)/map"
    let shape = constant("\(map)/shape", integers: [0, 0, 1, 1])
    add("Reshape", [name, shape], output: map)
    return map
  }

  /// Keeps a tensor of floats and gives its name.
  mutating func constant(_ name: String, dims: [Int], floats: [Float]) -> String {
    let raw = floats.withUnsafeBytes { Data($0) }
    tensors.append(Constant(name: name, dims: dims, raw: raw, isFloat: true))
    return name
  }

  /// Keeps a list of whole numbers and gives its name.
  mutating func constant(_ name: String, integers: [Int]) -> String {
    let raw = integers.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
    tensors.append(Constant(name: name, dims: [integers.count], raw: raw, isFloat: false))
    return name
  }
}
