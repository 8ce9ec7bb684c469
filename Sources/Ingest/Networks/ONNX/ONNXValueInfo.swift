/// Name and shape of an input or output of the graph.
struct ONNXValueInfo {
  private(set) var name = ""
  /// The element type's number, 0 if the file does not tell.
  private(set) var elementType = 0
  /// Sides, nil for one that is a symbol or unknown; nil altogether if no shape is given.
  private(set) var dims: [Int?]?

  /// Reads a ValueInfoProto.
  ///
  /// - Throws: `ONNXProblem` if it is none.
  init(_ message: ProtobufReader) throws {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try reader.text(field)
      case 2: try readType(reader.message(field))
      default: break
      }
    }
  }

  private mutating func readType(_ message: ProtobufReader) throws {
    var reader = message
    // Field 1 is a tensor; sequences, maps and the rest are not wanted.
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var tensor = try reader.message(field)
      while let field = try tensor.next() {
        switch field.number {
        case 1: elementType = try tensor.integer(field)
        case 2: dims = try ONNXValueInfo.sides(tensor.message(field))
        default: break
        }
      }
    }
  }

  private static func sides(_ message: ProtobufReader) throws -> [Int?] {
    var reader = message
    var sides: [Int?] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      guard sides.count < ONNXTensor.largestRank else {
        throw ONNXProblem("a value has more than \(ONNXTensor.largestRank) axes")
      }
      var side = try reader.message(field)
      var value: Int?
      while let field = try side.next() {
        if field.number == 1 { value = try side.integer(field) }
      }
      sides.append(value)
    }
    return sides
  }
}
