import Foundation

extension ONNXTensor {
  /// The tensor's numbers.
  ///
  /// - Parameter storage: Where external numbers come from.
  /// - Returns: As many numbers as the sides say.
  /// - Throws: `ONNXProblem` if there are fewer or more, or their type is not supported.
  func constant(from storage: ONNXStorage) throws -> ONNXConstant {
    guard let type = ONNXElementType(rawValue: typeNumber) else {
      throw ONNXProblem(
        "\(title) has the element type \(typeNumber), which is not supported",
        advice: "export float32, float16, bfloat16 or double weights; quantised ones cannot be read"
      )
    }
    if isExternal {
      let place = try storage.place(of: self, bytes: count * type.size)
      try storage.spend(count)
      return decode(place.bytes, place.range, type)
    }
    try storage.spend(count)
    if let raw {
      guard raw.count == count * type.size else {
        throw ONNXProblem(
          "\(title) has \(raw.count) bytes; its shape \(dims) needs \(count * type.size)")
      }
      return decode(message.bytes, raw, type)
    }
    return try typedNumbers(type)
  }

  /// Little-endian numbers; the range holds just as many as the sides say.
  private func decode(
    _ bytes: Data, _ range: Range<Int>, _ type: ONNXElementType
  ) -> ONNXConstant {
    let values: ONNXConstant.Values =
      switch type {
      case .float32:
        .floats(copy(bytes, range))
      case .float16:
        .floats(each(UInt16.self, bytes, range) { Float(Float16(bitPattern: $0)) })
      case .bfloat16:
        .floats(each(UInt16.self, bytes, range) { Float(bitPattern: UInt32($0) << 16) })
      case .float64:
        .floats(each(UInt64.self, bytes, range) { Float(Double(bitPattern: $0)) })
      case .uint8, .bool: .integers(each(UInt8.self, bytes, range) { Int($0) })
      case .int8: .integers(each(UInt8.self, bytes, range) { Int(Int8(bitPattern: $0)) })
      case .uint16: .integers(each(UInt16.self, bytes, range) { Int($0) })
      case .int16: .integers(each(UInt16.self, bytes, range) { Int(Int16(bitPattern: $0)) })
      case .uint32: .integers(each(UInt32.self, bytes, range) { Int($0) })
      case .int32: .integers(each(UInt32.self, bytes, range) { Int(Int32(bitPattern: $0)) })
      case .int64: .integers(each(UInt64.self, bytes, range) { Int(Int64(bitPattern: $0)) })
      }
    return ONNXConstant(dims: dims, values: values)
  }

  /// Float32 numbers as they lie in the file, since the machine is little-endian as well.
  private func copy(_ bytes: Data, _ range: Range<Int>) -> [Float] {
    [Float](unsafeUninitializedCapacity: range.count / 4) { target, filled in
      filled = bytes.copyBytes(to: UnsafeMutableRawBufferPointer(target), from: range) / 4
    }
  }

  private func each<Word: FixedWidthInteger, Number>(
    _: Word.Type, _ bytes: Data, _ range: Range<Int>, _ number: (Word) -> Number
  ) -> [Number] {
    bytes.withUnsafeBytes { all in
      let part = UnsafeRawBufferPointer(rebasing: all[range])
      let size = MemoryLayout<Word>.size
      return (0..<part.count / size).map {
        number(Word(littleEndian: part.loadUnaligned(fromByteOffset: $0 * size, as: Word.self)))
      }
    }
  }

  /// Numbers in the field of their type: `float_data`, `int32_data`, `int64_data`, `double_data`.
  ///
  /// Small types, float16 and bfloat16 lie in `int32_data`, one number each.
  private func typedNumbers(_ type: ONNXElementType) throws -> ONNXConstant {
    var floats: [Float] = []
    var integers: [Int] = []
    var reader = message
    while let field = try reader.next() {
      switch (field.number, type) {
      case (4, .float32): try reader.append(field, to: &floats, limit: count)
      case (10, .float64): try reader.append(doubles: field, to: &floats, limit: count)
      case (7, .int64), (11, .uint32): try reader.append(field, to: &integers, limit: count)
      case (5, .uint8), (5, .int8), (5, .uint16), (5, .int16), (5, .int32), (5, .bool),
        (5, .float16), (5, .bfloat16):
        try reader.append(field, to: &integers, limit: count)
      default: break
      }
    }
    switch type {
    case .float16:
      floats = integers.map { Float(Float16(bitPattern: UInt16(truncatingIfNeeded: $0))) }
    case .bfloat16:
      floats = integers.map { Float(bitPattern: UInt32(UInt16(truncatingIfNeeded: $0)) << 16) }
    default: break
    }
    let found = type.isFloat ? floats.count : integers.count
    guard found == count else {
      throw ONNXProblem("\(title) has \(found) numbers; its shape \(dims) needs \(count)")
    }
    return ONNXConstant(
      dims: dims, values: type.isFloat ? .floats(floats) : .integers(integers))
  }
}
