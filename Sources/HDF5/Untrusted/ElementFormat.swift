/// How the elements of a dataset or attribute are stored.
enum ElementFormat: Equatable {
  /// An IEEE number, or bfloat16, of some bytes.
  case floating(size: Int, isHalfOfSingle: Bool, isBigEndian: Bool)
  /// An integer of some bytes.
  case integer(size: Int, isSigned: Bool, isBigEndian: Bool)
  /// A text of fixed length.
  case text(size: Int, isPaddedByBlanks: Bool)
  /// A text in the global heap: length, address and index.
  case heapText

  /// Bytes of one element.
  var size: Int {
    switch self {
    case .floating(let size, _, _), .integer(let size, _, _), .text(let size, _): size
    case .heapText: 16
    }
  }

  /// The format that a datatype message describes; nil if it is none of these.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 8, let size = bytes.word(4), size > 0 else { return nil }
    let isBigEndian = bytes[1] & 1 != 0
    switch bytes[0] & 15 {
    case 0 where [1, 2, 4, 8].contains(size):
      guard bytes.short(8) == 0, bytes.short(10) == 8 * size else { return nil }
      self = .integer(size: size, isSigned: bytes[1] & 8 != 0, isBigEndian: isBigEndian)
    case 1:
      // Places and sizes of exponent and mantissa, and the bias.
      guard bytes[1] & 0x40 == 0, bytes.count >= 20, let bias = bytes.word(16) else { return nil }
      let parts = bytes[12..<16].map { Int($0) } + [bias]
      let known = [
        2: [10, 5, 0, 10, 15], 4: [23, 8, 0, 23, 127], 8: [52, 11, 0, 52, 1023],
      ]
      let isHalfOfSingle = size == 2 && parts == [7, 8, 0, 7, 127]
      guard known[size] == parts || isHalfOfSingle else { return nil }
      self = .floating(size: size, isHalfOfSingle: isHalfOfSingle, isBigEndian: isBigEndian)
    case 3: self = .text(size: size, isPaddedByBlanks: bytes[1] & 15 == 2)
    case 9 where bytes[1] & 15 == 1 && size == 16: self = .heapText
    default: return nil
    }
  }

  /// The number in some bytes.
  func number(_ pattern: UInt64) -> Float? {
    switch self {
    case .floating(let size, let isHalfOfSingle, let isBigEndian):
      let value = isBigEndian ? pattern.byteSwapped >> UInt64(64 - 8 * size) : pattern
      switch size {
      case 2 where isHalfOfSingle: return Float(bitPattern: UInt32(truncatingIfNeeded: value) << 16)
      case 2: return Float(Float16(bitPattern: UInt16(truncatingIfNeeded: value)))
      case 4: return Float(bitPattern: UInt32(truncatingIfNeeded: value))
      default: return Float(Double(bitPattern: value))
      }
    case .integer(let size, let isSigned, let isBigEndian):
      let unused = UInt64(64 - 8 * size)
      let value = isBigEndian ? pattern.byteSwapped >> unused : pattern
      return isSigned ? Float(Int64(bitPattern: value << unused) >> Int64(unused)) : Float(value)
    case .text, .heapText: return nil
    }
  }

  /// The extents that a dataspace message describes; nil if it makes no sense.
  static func shape(_ bytes: [UInt8]) -> [Int]? {
    guard bytes.count >= 4, bytes[0] == 1 || bytes[0] == 2, bytes[1] <= 32 else { return nil }
    // Version 2 says in its last byte if there are no elements at all.
    if bytes[0] == 2, bytes[3] == 2 { return [0] }
    let start = bytes[0] == 1 ? 8 : 4
    var shape: [Int] = []
    for dimension in 0..<Int(bytes[1]) {
      guard let side = bytes.address(start + 8 * dimension) else { return nil }
      shape.append(side)
    }
    return elementCount(shape) == nil ? nil : shape
  }
}
