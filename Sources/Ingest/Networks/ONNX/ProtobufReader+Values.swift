import Foundation

extension ProtobufReader {
  /// The message that a field holds.
  func message(_ field: Field) throws -> ProtobufReader {
    ProtobufReader(bytes, try place(of: field))
  }

  /// The place of a field's bytes.
  func place(of field: Field) throws -> Range<Int> {
    guard case .bytes(let range) = field.value else { throw misfit(field, "bytes") }
    return range
  }

  /// A field's text; at most 64 KB are accepted, since names are all that is read.
  func text(_ field: Field) throws -> String {
    let range = try place(of: field)
    guard range.count <= 65_536, let text = String(bytes: bytes[range], encoding: .utf8) else {
      throw ONNXProblem("the text at byte \(range.lowerBound) is no UTF-8, or longer than 64 KB")
    }
    return text
  }

  /// A whole number, as 64 bits in two's complement.
  func integer(_ field: Field) throws -> Int {
    guard case .varint(let value) = field.value else { throw misfit(field, "a whole number") }
    return Int(truncatingIfNeeded: value)
  }

  /// A float32.
  func float(_ field: Field) throws -> Float {
    guard case .fixed32(let bits) = field.value else { throw misfit(field, "a float") }
    return Float(bitPattern: bits)
  }

  /// Whole numbers of a repeated field, packed or single, behind those found before.
  func append(_ field: Field, to integers: inout [Int], limit: Int) throws {
    switch field.value {
    case .varint(let value): integers.append(Int(truncatingIfNeeded: value))
    case .bytes(let range):
      var packed = ProtobufReader(bytes, range)
      while let value = try packed.packedVarint() {
        integers.append(Int(truncatingIfNeeded: value))
        guard integers.count <= limit else { break }
      }
    default: throw misfit(field, "whole numbers")
    }
    guard integers.count <= limit else {
      throw ONNXProblem("field \(field.number) has more than \(limit) numbers")
    }
  }

  /// Floats of a repeated field, packed or single, behind those found before.
  func append(_ field: Field, to floats: inout [Float], limit: Int) throws {
    switch field.value {
    case .fixed32(let bits): floats.append(Float(bitPattern: bits))
    case .bytes(let range):
      guard range.count % 4 == 0, range.count / 4 <= limit - floats.count else {
        throw ONNXProblem(
          "the \(range.count) bytes at byte \(range.lowerBound) are not the floats that are due")
      }
      bytes.withUnsafeBytes { all in
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 4) {
          let bits = all.loadUnaligned(fromByteOffset: place, as: UInt32.self)
          floats.append(Float(bitPattern: UInt32(littleEndian: bits)))
        }
      }
    default: throw misfit(field, "floats")
    }
    guard floats.count <= limit else {
      throw ONNXProblem("field \(field.number) has more than \(limit) numbers")
    }
  }

  /// Doubles of a repeated field, packed or single, rounded to float32.
  func append(doubles field: Field, to floats: inout [Float], limit: Int) throws {
    switch field.value {
    case .fixed64(let bits): floats.append(Float(Double(bitPattern: bits)))
    case .bytes(let range):
      guard range.count % 8 == 0, range.count / 8 <= limit - floats.count else {
        throw ONNXProblem(
          "the \(range.count) bytes at byte \(range.lowerBound) are not the doubles that are due")
      }
      bytes.withUnsafeBytes { all in
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 8) {
          let bits = all.loadUnaligned(fromByteOffset: place, as: UInt64.self)
          floats.append(Float(Double(bitPattern: UInt64(littleEndian: bits))))
        }
      }
    default: throw misfit(field, "doubles")
    }
    guard floats.count <= limit else {
      throw ONNXProblem("field \(field.number) has more than \(limit) numbers")
    }
  }

  private func misfit(_ field: Field, _ wanted: String) -> ONNXProblem {
    ONNXProblem("field \(field.number) of the message at byte \(range.lowerBound) is not \(wanted)")
  }
}
