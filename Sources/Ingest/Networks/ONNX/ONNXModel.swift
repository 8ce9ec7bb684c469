import Foundation

/// What is read of an ONNX file: its graph as the file has it, checked only as messages.
///
/// Field numbers are those of onnx.proto3 (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
struct ONNXModel {
  /// The version of the standard operators, 0 if the file names none.
  var opset = 0
  /// Other operator sets that the file imports.
  var foreignDomains: [String] = []
  var producer = ""
  /// Pairs that the producer put beside the graph.
  var metadata: [String: String] = [:]
  var nodes: [ONNXNode] = []
  /// Constant tensors by name; their numbers stay in the file.
  var initialisers: [String: ONNXTensor] = [:]
  var inputs: [ONNXValueInfo] = []
  var outputs: [ONNXValueInfo] = []

  /// More of anything repeated than this is refused.
  static let largestCount = 65_536

  /// Reads the messages of a file.
  ///
  /// - Parameter bytes: The whole file.
  /// - Throws: `ONNXProblem` if they are no ONNX model, or one with absurdly many parts.
  init(_ bytes: Data) throws {
    var reader = ProtobufReader(bytes)
    var hasGraph = false
    while let field = try reader.next() {
      switch field.number {
      case 2: producer = try reader.text(field)
      case 7:
        guard !hasGraph else { throw ONNXProblem("it has two graphs") }
        hasGraph = true
        try readGraph(reader.message(field))
      case 8: try readOperatorSet(reader.message(field))
      case 14: try readMetadata(reader.message(field))
      default: break
      }
    }
    guard hasGraph else {
      throw ONNXProblem("it holds no ONNX graph", advice: "give a file that an ONNX exporter wrote")
    }
  }

  private mutating func readGraph(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: nodes.append(try ONNXNode(reader.message(field)))
      case 5:
        let tensor = try ONNXTensor(reader.message(field))
        guard initialisers.updateValue(tensor, forKey: tensor.name) == nil else {
          throw ONNXProblem("it has two constants named '\(tensor.name.prefix(80))'")
        }
      case 11: inputs.append(try ONNXValueInfo(reader.message(field)))
      case 12: outputs.append(try ONNXValueInfo(reader.message(field)))
      case 15:
        throw ONNXProblem(
          "it has sparse constants, which are not supported", advice: "export dense weights")
      default: break
      }
      let counts = [nodes.count, initialisers.count, inputs.count, outputs.count]
      guard counts.allSatisfy({ $0 <= ONNXModel.largestCount }) else {
        throw ONNXProblem("it has more than \(ONNXModel.largestCount) nodes, constants or values")
      }
    }
  }

  private mutating func readOperatorSet(_ message: ProtobufReader) throws {
    var reader = message
    var (domain, version) = ("", 0)
    while let field = try reader.next() {
      switch field.number {
      case 1: domain = try reader.text(field)
      case 2: version = try reader.integer(field)
      default: break
      }
    }
    if ONNXNode.isStandard(domain) {
      opset = version
    } else if foreignDomains.count < 16 {
      foreignDomains.append(domain)
    }
  }

  private mutating func readMetadata(_ message: ProtobufReader) throws {
    let pair = try ONNXModel.pair(message)
    if metadata.count < 256 { metadata[pair.key] = pair.value }
  }

  /// Key and value of a StringStringEntryProto.
  static func pair(_ message: ProtobufReader) throws -> (key: String, value: String) {
    var reader = message
    var pair = (key: "", value: "")
    while let field = try reader.next() {
      switch field.number {
      case 1: pair.key = try reader.text(field)
      case 2: pair.value = try reader.text(field)
      default: break
      }
    }
    return pair
  }
}
