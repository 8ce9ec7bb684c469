import Foundation

@testable import Ingest

/// Bytes of made-up ONNX models, sound or not.
enum ONNXModelBytes {
  /// A node.
  struct Operator {
    let kind: String
    let inputs: [String]
    let output: String
    var integers: [String: [Int]] = [:]
    var text: [String: String] = [:]
  }

  /// A model with the input `x`, whose output is that of the last node.
  static func model(
    _ nodes: [Operator], tensors: [Data] = [], input: [Int] = [1, 3, 8, 8], opset: Int = 13
  ) -> Data {
    var model = ProtobufWriter()
    model.add(1, integer: 7)
    model.add(8) { $0.add(2, integer: opset) }
    model.add(7) { graph in
      for node in nodes { graph.add(1) { write(node, to: &$0) } }
      for tensor in tensors { graph.add(5, bytes: tensor) }
      graph.add(11) { info in
        info.add(1, text: "x")
        info.add(2) { type in
          type.add(1) { tensor in
            tensor.add(1, integer: 1)
            tensor.add(2) { shape in
              for side in input { shape.add(1) { $0.add(1, integer: side) } }
            }
          }
        }
      }
      graph.add(12) { $0.add(1, text: nodes.last?.output ?? "x") }
    }
    return model.bytes
  }

  private static func write(_ node: Operator, to message: inout ProtobufWriter) {
    for input in node.inputs { message.add(1, text: input) }
    message.add(2, text: node.output)
    message.add(4, text: node.kind)
    for (name, values) in node.integers.sorted(by: { $0.key < $1.key }) {
      message.add(5) { attribute in
        attribute.add(1, text: name)
        if values.count == 1 { attribute.add(3, integer: values[0]) }
        for value in values { attribute.add(8, integer: value) }
      }
    }
    for (name, value) in node.text.sorted(by: { $0.key < $1.key }) {
      message.add(5) { attribute in
        attribute.add(1, text: name)
        attribute.add(4, text: value)
      }
    }
  }

  /// A tensor of float32 whose numbers may be fewer than its sides say.
  static func tensor(_ name: String, dims: [Int], count: Int? = nil) -> Data {
    var tensor = ProtobufWriter()
    for side in dims { tensor.add(1, integer: side) }
    tensor.add(2, integer: 1)
    tensor.add(8, text: name)
    tensor.add(9, bytes: Data(count: 4 * (count ?? dims.reduce(1, *))))
    return tensor.bytes
  }

  /// A tensor of float32.
  static func tensor(_ name: String, dims: [Int], values: [Float]) -> Data {
    var tensor = ProtobufWriter()
    for side in dims { tensor.add(1, integer: side) }
    tensor.add(2, integer: 1)
    tensor.add(8, text: name)
    tensor.add(9, bytes: values.withUnsafeBytes { Data($0) })
    return tensor.bytes
  }

  /// A tensor whose numbers lie elsewhere.
  static func external(_ name: String, dims: [Int], _ place: [String: String]) -> Data {
    var tensor = ProtobufWriter()
    for side in dims { tensor.add(1, integer: side) }
    tensor.add(2, integer: 1)
    tensor.add(8, text: name)
    for (key, value) in place.sorted(by: { $0.key < $1.key }) {
      tensor.add(13) { pair in
        pair.add(1, text: key)
        pair.add(2, text: value)
      }
    }
    tensor.add(14, integer: 1)
    return tensor.bytes
  }

  /// A global pool of `value` and a dense layer with the weight `w`, whose output is `y`.
  static func head(_ value: String) -> [Operator] {
    [
      Operator(kind: "GlobalAveragePool", inputs: [value], output: "pooled"),
      Operator(kind: "Flatten", inputs: ["pooled"], output: "flat"),
      Operator(kind: "MatMul", inputs: ["flat", "w"], output: "y"),
    ]
  }
}
