import Archive

/// A MATLAB file of level 5: its matrices of real numbers.
///
/// Source of the format: MathWorks, *MAT-File Format* (level 5).
struct MATFile {
  struct Matrix: Equatable {
    let rows: Int
    let columns: Int
    /// Row after row.
    let values: [Double]
  }

  /// Matrices of numbers with two dimensions by their names; all else is passed over.
  private(set) var matrices: [String: Matrix] = [:]

  private static let compressed: UInt32 = 15
  private static let matrix: UInt32 = 14
  /// The most bytes that a compressed element may unfold to.
  private static let unfolded = 16 << 20
  private static let numberTypes: [UInt32: ArrayNumber] = [
    1: .int8, 2: .uint8, 3: .int16, 4: .uint16, 5: .int32, 6: .uint32, 7: .single, 9: .double,
    12: .int64, 13: .uint64,
  ]

  /// The matrices of a file's bytes.
  ///
  /// - Throws: `BadRecord` if the file is none or damaged.
  init(_ bytes: [UInt8]) throws {
    if bytes.starts(with: Array("MATLAB 7.3".utf8)) {
      throw BadRecord("MATLAB files of version 7.3 are not read; save it with -v7")
    }
    guard bytes.count >= 128 else { throw BadRecord("it is no MATLAB file of level 5") }
    let mark = Array(bytes[126..<128])
    guard mark == Array("IM".utf8) || mark == Array("MI".utf8) else {
      throw BadRecord("it is no MATLAB file of level 5")
    }
    var cursor = ByteCursor(bytes[128...], isBigEndian: mark == Array("MI".utf8))
    while cursor.remaining >= 8 { try readElement(&cursor) }
  }

  private mutating func readElement(_ cursor: inout ByteCursor) throws {
    let (type, content) = try MATFile.element(&cursor, isPadded: false)
    switch type {
    case MATFile.matrix: try readMatrix(ByteCursor(content, isBigEndian: cursor.isBigEndian))
    case MATFile.compressed:
      guard let bytes = ZlibStream.unpacked(content, limit: MATFile.unfolded) else {
        throw BadRecord("a compressed part of it is damaged, or too large")
      }
      var inner = ByteCursor(bytes[...], isBigEndian: cursor.isBigEndian)
      let (type, matrix) = try MATFile.element(&inner)
      if type == MATFile.matrix {
        try readMatrix(ByteCursor(matrix, isBigEndian: cursor.isBigEndian))
      }
    default: break
    }
  }

  private mutating func readMatrix(_ content: ByteCursor) throws {
    var cursor = content
    let (_, flags) = try MATFile.element(&cursor)
    var flagCursor = ByteCursor(flags, isBigEndian: cursor.isBigEndian)
    let flag = try flagCursor.integer(UInt32.self)
    let (_, dimensions) = try MATFile.element(&cursor)
    let (_, name) = try MATFile.element(&cursor)
    // Classes 6 to 15 are arrays of numbers; complex ones have bit 11 set.
    guard (6...15).contains(flag & 0xFF), flag & 0x800 == 0, dimensions.count == 8 else { return }
    var sides = ByteCursor(dimensions, isBigEndian: cursor.isBigEndian)
    let rows = Int(try sides.integer(Int32.self))
    let columns = Int(try sides.integer(Int32.self))
    let (type, data) = try MATFile.element(&cursor)
    guard let number = MATFile.numberTypes[type] else {
      throw BadRecord("it holds numbers of an unknown type \(type)")
    }
    // Both sides are below 2³¹, so the product cannot overflow.
    guard rows >= 0, columns >= 0, rows * columns == data.count / number.size else {
      throw BadRecord("a matrix has not the size that it claims")
    }
    var numbers = ByteCursor(data, isBigEndian: cursor.isBigEndian)
    var values = [Double](repeating: 0, count: rows * columns)
    for column in 0..<(values.isEmpty ? 0 : columns) {
      for row in 0..<rows { values[row * columns + column] = try number.read(from: &numbers) }
    }
    let key = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    matrices[key] = Matrix(rows: rows, columns: columns, values: values)
  }

  /// The next element: its type and bytes; small ones share eight bytes with their tag.
  private static func element(
    _ cursor: inout ByteCursor, isPadded: Bool = true
  ) throws -> (type: UInt32, content: ArraySlice<UInt8>) {
    let tag = try cursor.integer(UInt32.self)
    if tag >> 16 != 0 {
      guard tag >> 16 <= 4 else { throw BadRecord("a small element is larger than four bytes") }
      let content = try cursor.take(Int(tag >> 16))
      cursor.skip(atMost: 4 - content.count)
      return (tag & 0xFFFF, content)
    }
    let count = Int(try cursor.integer(UInt32.self))
    let content = try cursor.take(count)
    // Compressed elements stand side by side without gaps.
    if isPadded || tag != compressed { cursor.skip(atMost: (8 - count % 8) % 8) }
    return (tag, content)
  }
}
