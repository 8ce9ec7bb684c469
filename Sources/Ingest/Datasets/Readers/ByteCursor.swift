/// Reads numbers from bytes one after the other; every read is checked against the end.
struct ByteCursor {
  let bytes: ArraySlice<UInt8>
  private(set) var position: Int
  var isBigEndian = false

  init(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool = false) {
    self.bytes = bytes
    self.isBigEndian = isBigEndian
    position = bytes.startIndex
  }

  /// Bytes that are left.
  var remaining: Int { bytes.endIndex - position }

  /// The next bytes.
  ///
  /// - Throws: `BadRecord` if there are fewer.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= remaining else { throw BadRecord("the file ends too early") }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// Passes over bytes, or over what is left of them.
  mutating func skip(atMost count: Int) { position += min(max(0, count), remaining) }

  /// The next whole number of a type.
  ///
  /// - Throws: `BadRecord` if the bytes end before it does.
  mutating func integer<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type
  ) throws -> Number {
    let part = try take(MemoryLayout<Number>.size)
    let number = part.withUnsafeBytes { $0.loadUnaligned(as: Number.self) }
    return isBigEndian ? Number(bigEndian: number) : Number(littleEndian: number)
  }
}

/// The types of numbers that array files hold.
enum ArrayNumber: Sendable {
  case bool, int8, uint8, int16, uint16, int32, uint32, int64, uint64, half, single, double

  /// Bytes a number.
  var size: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .half: 2
    case .int32, .uint32, .single: 4
    case .int64, .uint64, .double: 8
    }
  }

  /// The next number of this type.
  ///
  /// - Throws: `BadRecord` if the bytes end before it does.
  func read(from cursor: inout ByteCursor) throws -> Double {
    switch self {
    case .bool: try cursor.integer(UInt8.self) == 0 ? 0 : 1
    case .int8: Double(try cursor.integer(Int8.self))
    case .uint8: Double(try cursor.integer(UInt8.self))
    case .int16: Double(try cursor.integer(Int16.self))
    case .uint16: Double(try cursor.integer(UInt16.self))
    case .int32: Double(try cursor.integer(Int32.self))
    case .uint32: Double(try cursor.integer(UInt32.self))
    case .int64: Double(try cursor.integer(Int64.self))
    case .uint64: Double(try cursor.integer(UInt64.self))
    case .half: ArrayNumber.half(try cursor.integer(UInt16.self))
    case .single: Double(Float(bitPattern: try cursor.integer(UInt32.self)))
    case .double: Double(bitPattern: try cursor.integer(UInt64.self))
    }
  }

  /// A 16-bit floating-point number (IEEE 754 binary16), which not every processor has as a type.
  private static func half(_ bits: UInt16) -> Double {
    let sign: Double = bits >> 15 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction) * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
