/// One node of an ONNX graph.
struct ONNXNode {
  private(set) var name = ""
  /// The operator, such as `Conv`.
  private(set) var kind = ""
  private(set) var domain = ""
  /// Names of values; an empty one is an input that is left out.
  private(set) var inputs: [String] = []
  private(set) var outputs: [String] = []
  private(set) var attributes: [String: ONNXAttribute] = [:]

  /// Whether a domain is that of the standard operators.
  static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  /// Reads a NodeProto.
  ///
  /// - Throws: `ONNXProblem` if it is none, or has absurdly many inputs or attributes.
  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: inputs.append(try reader.text(field))
      case 2: outputs.append(try reader.text(field))
      case 3: name = try reader.text(field)
      case 4: kind = try reader.text(field)
      case 5:
        let attribute = try ONNXAttribute(reader.message(field))
        attributes[attribute.name] = attribute
      case 7: domain = try reader.text(field)
      default: break
      }
      guard inputs.count <= 4_096, outputs.count <= 4_096, attributes.count <= 256 else {
        throw ONNXProblem("node '\(name.prefix(80))' has too many inputs, outputs or attributes")
      }
    }
  }

  /// How errors call the node: its operator and its name, or its output where it has no name.
  var title: String {
    let label = name.isEmpty ? outputs.first ?? "" : name
    return "\(kind.prefix(80)) '\(label.prefix(120))'"
  }

  /// The name of an input, nil if it is left out.
  func input(_ index: Int) -> String? {
    index < inputs.count && !inputs[index].isEmpty ? inputs[index] : nil
  }

  /// An attribute's whole number.
  func integer(_ name: String) -> Int? { attributes[name]?.integer }
  /// An attribute's float.
  func float(_ name: String) -> Float? { attributes[name]?.float }
  /// An attribute's float as the decimal number that its exporter had, such as 1e-5.
  func decimal(_ name: String) -> Double? { float(name).map { ONNXNode.decimal($0) } }
  /// A float as the shortest decimal number that rounds to it.
  static func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }
  /// An attribute's text.
  func text(_ name: String) -> String? { attributes[name]?.text }
  /// An attribute's whole numbers, nil if it is not there.
  func integers(_ name: String) -> [Int]? { attributes[name].map(\.integers) }

  /// An error about this node.
  func problem(_ reason: String, advice: String? = nil) -> ONNXProblem {
    ONNXProblem("node \(title) \(reason)", advice: advice)
  }
}

/// One attribute of a node; subgraphs are not read.
struct ONNXAttribute {
  private(set) var name = ""
  private(set) var integer: Int?
  private(set) var float: Float?
  private(set) var text: String?
  private(set) var integers: [Int] = []
  private(set) var floats: [Float] = []
  private(set) var tensor: ONNXTensor?

  /// Reads an AttributeProto.
  ///
  /// - Throws: `ONNXProblem` if it is none.
  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try reader.text(field)
      case 2: float = try reader.float(field)
      case 3: integer = try reader.integer(field)
      case 4:
        // Text of any other kind than names is of no use, and need not be UTF-8.
        text = try reader.place(of: field).count <= 256 ? try? reader.text(field) : nil
      case 5: tensor = try ONNXTensor(reader.message(field))
      case 7: try reader.append(field, to: &floats, limit: ONNXModel.largestCount)
      case 8: try reader.append(field, to: &integers, limit: ONNXModel.largestCount)
      default: break
      }
    }
  }
}
