import Foundation

/// The fields of one protocol-buffers message, in the order of the bytes.
///
/// Every length is checked against the end of the message before anything is made from it, and
/// nothing is copied: a field of bytes is a range. Nested messages are readers of such ranges, made
/// only for fields that are wanted, so depth costs neither stack nor memory.
/// Source: https://protobuf.dev/programming-guides/encoding
struct ProtobufReader {
  /// What a field holds, by its wire type.
  enum Value {
    case varint(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    /// Text, bytes, a message or packed numbers: their place in `bytes`.
    case bytes(Range<Int>)
  }

  /// A number and what it holds.
  struct Field {
    let number: Int
    let value: Value
  }

  /// All bytes of the file; indices begin at 0.
  let bytes: Data
  /// The place of this message.
  let range: Range<Int>
  private var position: Int

  /// A reader of all bytes, or of the message at `range`.
  init(_ bytes: Data, _ range: Range<Int>? = nil) {
    self.bytes = bytes
    self.range = (range ?? bytes.indices).clamped(to: bytes.indices)
    position = self.range.lowerBound
  }

  /// The next field, nil at the end of the message.
  ///
  /// - Throws: `ONNXProblem` for numbers, lengths or wire types that cannot be.
  mutating func next() throws -> Field? {
    guard position < range.upperBound else { return nil }
    let start = position
    let key = try varint()
    let number = key >> 3
    guard (1...536_870_911).contains(number) else {
      throw ONNXProblem("the field at byte \(start) has the impossible number \(number)")
    }
    let value: Value
    switch key & 7 {
    case 0: value = .varint(try varint())
    case 1: value = .fixed64(try fixed(UInt64.self))
    case 2:
      let length = try varint()
      guard length <= UInt64(range.upperBound - position) else {
        throw ONNXProblem(
          "the field at byte \(start) says that it is \(length) bytes long, which is beyond the"
            + " end of what holds it")
      }
      value = .bytes(position..<position + Int(length))
      position += Int(length)
    case 5: value = .fixed32(try fixed(UInt32.self))
    default:
      throw ONNXProblem("the field at byte \(start) has the unknown wire type \(key & 7)")
    }
    return Field(number: Int(number), value: value)
  }

  /// The next number of a packed list, nil at its end.
  mutating func packedVarint() throws -> UInt64? {
    position < range.upperBound ? try varint() : nil
  }

  private mutating func varint() throws -> UInt64 {
    let start = position
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard position < range.upperBound else {
        throw ONNXProblem("it ends within a number, at byte \(position)")
      }
      let byte = UInt64(bytes[position])
      position += 1
      guard shift < 63 || byte <= 1 else { break }
      value |= (byte & 0x7f) << shift
      if byte < 0x80 { return value }
    }
    throw ONNXProblem("the number at byte \(start) is longer than 64 bits")
  }

  private mutating func fixed<Word: FixedWidthInteger>(_: Word.Type) throws -> Word {
    let size = MemoryLayout<Word>.size
    guard range.upperBound - position >= size else {
      throw ONNXProblem("it ends within a number, at byte \(position)")
    }
    defer { position += size }
    return bytes.withUnsafeBytes {
      Word(littleEndian: $0.loadUnaligned(fromByteOffset: position, as: Word.self))
    }
  }
}
