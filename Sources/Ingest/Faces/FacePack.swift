internal import CFacePack

/// A sparse displacement of the head's vertices, in rest units.
struct VertexShift: Sendable {
  /// The vertices that move, ascending.
  var vertices: [Int32] = []
  /// Their displacements, in the same order.
  var shifts: [SIMD3<Float>] = []
}

/// Why the embedded head cannot be read; only a damaged build can bring it about.
struct FacePackError: Error, CustomStringConvertible {
  let reason: String
  var description: String { "the built-in head is damaged (\(reason)); build the program again" }
}

/// The embedded head: a mesh, its face units and its shape targets.
///
/// Layout and provenance: Scripts/build-face-pack.py and Sources/CFacePack/PROVENANCE.md.
struct FacePack: Sendable {
  /// What a target is for.
  enum Kind: UInt8, Sendable {
    /// One of the 52 face units.
    case unit
    /// Sex, age, ancestry and weight.
    case macro
    /// One feature of a face, on both sides.
    case shape
    /// A deviation of one side.
    case asymmetry
  }

  /// What a vertex belongs to.
  enum Part: UInt8, Sendable {
    case skin, innerMouth, leftEye, rightEye, upperTeeth, lowerTeeth, tongue
  }

  /// Positions at rest: x to the head's left, y up, z to the front; the eyes are at y = 7.28.
  let positions: [SIMD3<Float>]
  /// The part of each vertex.
  let parts: [Part]
  /// Three vertices a triangle, counter-clockwise from outside.
  let corners: [Int32]
  /// The 68 landmarks as vertices.
  let landmarks: [Int32]
  /// Displacements by kind and name.
  let targets: [Kind: [String: VertexShift]]

  /// The bytes that travel in the binary.
  static var embeddedBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: lethe_face_pack_start(), count: lethe_face_pack_length)
  }

  /// The head that travels in the binary.
  ///
  /// - Throws: `FacePackError`.
  static func embedded() throws -> FacePack {
    try FacePack(embeddedBytes)
  }

  /// Reads a pack; every count is checked against what is left of the bytes.
  ///
  /// - Throws: `FacePackError`.
  init(_ bytes: UnsafeRawBufferPointer) throws {
    var reader = FacePackReader(bytes: bytes)
    guard try reader.text(8) == "LETHEFP1" else { throw FacePackError(reason: "wrong mark") }
    let vertexCount = Int(try reader.number(UInt32.self))
    let triangleCount = Int(try reader.number(UInt32.self))
    let landmarkCount = Int(try reader.number(UInt32.self))
    let targetCount = Int(try reader.number(UInt32.self))
    guard vertexCount < 1 << 16, triangleCount < 1 << 17, landmarkCount == 68, targetCount < 1 << 12
    else { throw FacePackError(reason: "counts out of range") }
    positions = try (0..<vertexCount).map { _ in
      let step = Float(1) / 16_384
      return SIMD3(
        Float(try reader.number(Int16.self)) * step,
        Float(try reader.number(Int16.self)) * step + 7,
        Float(try reader.number(Int16.self)) * step)
    }
    parts = try (0..<vertexCount).map { _ in
      guard let part = Part(rawValue: try reader.number(UInt8.self)) else {
        throw FacePackError(reason: "unknown part")
      }
      return part
    }
    let vertex = { (reader: inout FacePackReader) throws -> Int32 in
      let number = Int32(try reader.number(UInt16.self))
      guard number < vertexCount else { throw FacePackError(reason: "vertex out of range") }
      return number
    }
    corners = try (0..<triangleCount * 3).map { _ in try vertex(&reader) }
    landmarks = try (0..<landmarkCount).map { _ in try vertex(&reader) }
    var targets: [Kind: [String: VertexShift]] = [:]
    for _ in 0..<targetCount {
      guard let kind = Kind(rawValue: try reader.number(UInt8.self)) else {
        throw FacePackError(reason: "unknown kind of target")
      }
      let name = try reader.text(Int(try reader.number(UInt8.self)))
      targets[kind, default: [:]][name] = try reader.shift(vertexCount: vertexCount)
    }
    guard reader.isAtEnd else { throw FacePackError(reason: "bytes left over") }
    self.targets = targets
  }

  /// A target by name.
  ///
  /// - Throws: `FacePackError` if the pack has none of that name.
  func target(_ kind: Kind, _ name: String) throws -> VertexShift {
    guard let shift = targets[kind]?[name] else {
      throw FacePackError(reason: "no target \(name)")
    }
    return shift
  }
}

/// A cursor over the pack's bytes that never leaves them.
private struct FacePackReader {
  let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { at == bytes.count }

  mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) throws -> Number {
    guard bytes.count - at >= MemoryLayout<Number>.size else { throw FacePackError(reason: "cut") }
    defer { at += MemoryLayout<Number>.size }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Number.self))
  }

  mutating func text(_ length: Int) throws -> String {
    guard bytes.count - at >= length else { throw FacePackError(reason: "cut") }
    defer { at += length }
    return String(decoding: bytes[at..<at + length], as: UTF8.self)
  }

  /// 7 bits a byte, low ones first, at most 28 bits.
  mutating func varint() throws -> Int32 {
    var value: Int32 = 0
    for place in stride(from: Int32(0), to: 28, by: 7) {
      let byte = try number(UInt8.self)
      value |= Int32(byte & 127) << place
      if byte < 128 { return value }
    }
    throw FacePackError(reason: "number too long")
  }

  /// The change of a displacement: zigzag.
  mutating func change() throws -> Int32 {
    let code = try varint()
    return code >> 1 ^ -(code & 1)
  }

  mutating func shift(vertexCount: Int) throws -> VertexShift {
    let bits = try number(UInt8.self)
    guard bits < 24 else { throw FacePackError(reason: "step out of range") }
    let step = Float(sign: .plus, exponent: -Int(bits), significand: 1)
    var result = VertexShift()
    var vertex: Int32 = 0
    var sum = SIMD3<Int32>()
    for _ in 0..<Int(try number(UInt16.self)) {
      vertex += try varint()
      guard vertex < vertexCount else { throw FacePackError(reason: "vertex out of range") }
      sum &+= SIMD3(try change(), try change(), try change())
      result.vertices.append(vertex)
      result.shifts.append(SIMD3<Float>(sum) * step)
    }
    return result
  }
}
