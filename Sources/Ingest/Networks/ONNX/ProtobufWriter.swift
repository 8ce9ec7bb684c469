import Foundation

/// Fields of a protocol-buffers message, one after another.
struct ProtobufWriter {
  /// The message so far.
  private(set) var bytes = Data()

  /// A whole number, as 64 bits in two's complement.
  mutating func add(_ number: Int, integer: Int) {
    varint(UInt64(number) << 3)
    varint(UInt64(bitPattern: Int64(integer)))
  }

  /// A float32.
  mutating func add(_ number: Int, float: Float) {
    varint(UInt64(number) << 3 | 5)
    withUnsafeBytes(of: float.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// Text.
  mutating func add(_ number: Int, text: String) { add(number, bytes: Data(text.utf8)) }

  /// Bytes, or a message that is whole.
  mutating func add(_ number: Int, bytes content: Data) {
    open(number, length: content.count)
    bytes.append(content)
  }

  /// A message.
  mutating func add(_ number: Int, message fill: (inout ProtobufWriter) -> Void) {
    var inner = ProtobufWriter()
    fill(&inner)
    add(number, bytes: inner.bytes)
  }

  /// Begins a field of bytes that the caller writes itself.
  mutating func open(_ number: Int, length: Int) {
    varint(UInt64(number) << 3 | 2)
    varint(UInt64(length))
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
