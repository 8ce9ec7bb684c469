/// How floating-point numbers stand in a file of weights.
public enum FloatFormat: String, Sendable, CaseIterable {
  /// IEEE 754 half precision.
  case float16
  /// The upper half of single precision.
  case bfloat16
  /// IEEE 754 single precision.
  case float32
  /// IEEE 754 double precision.
  case float64

  /// Bytes of one number.
  public var size: Int {
    switch self {
    case .float16, .bfloat16: 2
    case .float32: 4
    case .float64: 8
    }
  }

  /// The numbers in single precision.
  ///
  /// Half precision and bfloat16 convert exactly; doubles are rounded to the nearest number.
  ///
  /// - Parameters:
  ///   - bytes: The numbers, one after the other; a rest that is no whole number is left out.
  ///   - bigEndian: Whether the most significant byte comes first.
  /// - Returns: As many numbers as there are whole ones in `bytes`.
  public func decode(_ bytes: UnsafeRawBufferPointer, bigEndian: Bool = false) -> [Float] {
    switch self {
    case .float16:
      numbers(in: bytes, of: UInt16.self, bigEndian) { Float(Float16(bitPattern: $0)) }
    case .bfloat16:
      numbers(in: bytes, of: UInt16.self, bigEndian) { Float(bitPattern: UInt32($0) << 16) }
    case .float32:
      numbers(in: bytes, of: UInt32.self, bigEndian) { Float(bitPattern: $0) }
    case .float64:
      numbers(in: bytes, of: UInt64.self, bigEndian) { Float(Double(bitPattern: $0)) }
    }
  }

  private func numbers<Pattern: FixedWidthInteger & BitwiseCopyable>(
    in bytes: UnsafeRawBufferPointer, of type: Pattern.Type, _ bigEndian: Bool,
    _ convert: (Pattern) -> Float
  ) -> [Float] {
    let total = bytes.count / size
    return [Float](unsafeUninitializedCapacity: total) { buffer, count in
      for index in 0..<total {
        let pattern = bytes.loadUnaligned(fromByteOffset: index * size, as: type)
        buffer[index] = convert(bigEndian ? pattern.bigEndian : pattern.littleEndian)
      }
      count = total
    }
  }
}
