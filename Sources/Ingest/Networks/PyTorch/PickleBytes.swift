/// The bytes of a pickle, read from front to back.
struct PickleBytes {
  private let bytes: [UInt8]
  private(set) var position = 0

  init(_ bytes: [UInt8], at start: Int = 0) {
    self.bytes = bytes
    position = min(max(start, 0), bytes.count)
  }

  /// Bytes that are left.
  var rest: Int { bytes.count - position }

  mutating func byte() throws -> UInt8 { try take(1).first ?? 0 }

  /// The next bytes; their number is the file's word.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= rest else {
      throw PickleProblem.damaged("\(count) bytes are wanted and \(rest) left", at: position)
    }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// An unsigned little-endian number of some bytes.
  mutating func number(_ size: Int) throws -> Int {
    let value = try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else {
      throw PickleProblem.damaged("it claims a length of \(value)", at: position)
    }
    return number
  }

  mutating func signed32() throws -> Int { Int(Int32(truncatingIfNeeded: try number(4))) }

  /// A text after its length, which takes some bytes.
  mutating func text(lengthSize: Int) throws -> String {
    String(decoding: try take(try number(lengthSize)), as: UTF8.self)
  }

  /// The text up to the end of a line.
  mutating func line() throws -> String {
    guard let end = bytes[position...].firstIndex(of: 0x0a) else {
      throw PickleProblem.damaged("a line has no end", at: position)
    }
    defer { position = end + 1 }
    return String(decoding: bytes[position..<end], as: UTF8.self)
  }

  /// A two's-complement integer of any length; nil if it does not fit 64 bits.
  mutating func integer(size: Int) throws -> Int? {
    let digits = try take(size)
    guard size <= 8 else { return nil }
    let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
    let pattern = digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    return Int(truncatingIfNeeded: pattern)
  }

  mutating func double() throws -> Double {
    Double(bitPattern: try take(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
