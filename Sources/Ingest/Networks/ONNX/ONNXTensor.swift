import Foundation

/// A tensor of an ONNX file: what it is and where its numbers lie.
struct ONNXTensor {
  /// More axes than this are refused.
  static let largestRank = 8
  /// More numbers than this in one tensor are refused.
  static let largestCount = 1 << 30

  private(set) var name = ""
  private(set) var dims: [Int] = []
  /// The element type's number in TensorProto.DataType.
  private(set) var typeNumber = 0
  /// The place of the numbers as little-endian bytes, where the file has them so.
  private(set) var raw: Range<Int>?
  /// Where a file beside this one holds the numbers: `location`, `offset`, `length`.
  private(set) var external: [String: String] = [:]
  private(set) var isExternal = false
  /// The whole message, from which typed numbers are read when they are wanted.
  let message: ProtobufReader

  /// Reads a TensorProto but for its numbers.
  ///
  /// - Throws: `ONNXProblem` if it is none, or its sides cannot be.
  init(_ message: ProtobufReader) throws {
    self.message = message
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: try reader.append(field, to: &dims, limit: ONNXTensor.largestRank)
      case 2: typeNumber = try reader.integer(field)
      case 3: throw ONNXProblem("a constant comes in segments, which no exporter writes any more")
      case 8: name = try reader.text(field)
      case 9: raw = try reader.place(of: field)
      case 13:
        let pair = try ONNXModel.pair(reader.message(field))
        if external.count < 16 { external[pair.key] = pair.value }
      case 14: isExternal = try reader.integer(field) == 1
      default: break
      }
    }
    _ = try ONNXTensor.count(of: dims, name: name)
  }

  /// How many numbers the sides make.
  var count: Int { dims.reduce(1, *) }

  /// How messages call the tensor.
  var title: String { "constant '\(name.prefix(120))'" }

  /// The product of the sides.
  ///
  /// - Parameters:
  ///   - dims: Sides.
  ///   - name: Whose sides they are.
  /// - Returns: Their product, at most `largestCount`.
  /// - Throws: `ONNXProblem` if one is negative or the product is too large.
  static func count(of dims: [Int], name: String) throws -> Int {
    var product = 1
    for side in dims {
      let (value, overflows) = product.multipliedReportingOverflow(by: side)
      guard side >= 0, !overflows, value <= largestCount else {
        throw ONNXProblem("'\(name.prefix(120))' has the impossible shape \(dims)")
      }
      product = value
    }
    return product
  }
}

/// The element types that are read, by their numbers in TensorProto.DataType.
enum ONNXElementType: Int {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case bfloat16 = 16

  /// Bytes of one number.
  var size: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64: 8
    }
  }

  /// Whether its numbers become float32; the others become `Int`.
  var isFloat: Bool {
    switch self {
    case .float32, .float16, .float64, .bfloat16: true
    default: false
    }
  }
}
