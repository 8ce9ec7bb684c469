/// The small array files of published layouts.
enum FaceArrayFile {
  /// A NumPy file (format 1.0) that holds one text as an array without dimensions, as AffectNet's
  /// second release keeps its labels.
  static func numpy(_ text: String) -> [UInt8] {
    let scalars = text.unicodeScalars.map(\.value)
    return numpy(type: "<U\(scalars.count)", shape: "()", bytes: scalars.flatMap(littleEndian))
  }

  /// A NumPy file (format 1.0) that holds a row of numbers.
  static func numpy(_ values: [Double]) -> [UInt8] {
    numpy(
      type: "<f8", shape: "(\(values.count),)",
      bytes: values.flatMap { littleEndian($0.bitPattern) })
  }

  private static func numpy(type: String, shape: String, bytes: [UInt8]) -> [UInt8] {
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
    // The numbers begin at a multiple of 64 bytes; the header ends with a line end.
    let used = (10 + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: (64 - used) % 64) + "\n"
    let mark: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
    return mark + littleEndian(UInt16(header.utf8.count)) + Array(header.utf8) + bytes
  }

  /// A level 5 MAT-file that holds one matrix of doubles.
  ///
  /// Source of the format: MathWorks, *MAT-File Format* (level 5).
  ///
  /// - Parameters:
  ///   - name: The variable, at most 8 letters.
  ///   - rows: The rows of the matrix, all of one length.
  /// - Returns: The file's bytes.
  static func mat(_ name: String, _ rows: [[Double]]) -> [UInt8] {
    let columns = rows.first?.count ?? 0
    let text = "MATLAB 5.0 MAT-file, built-in faces"
    var file = Array(text.utf8) + [UInt8](repeating: 0x20, count: 116 - text.utf8.count)
    file += [UInt8](repeating: 0, count: 8) + littleEndian(UInt16(0x0100)) + Array("IM".utf8)
    let element = { (type: UInt32, bytes: [UInt8]) -> [UInt8] in
      littleEndian(type) + littleEndian(UInt32(bytes.count)) + bytes
        + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
    }
    let matrix =
      element(6, littleEndian(UInt32(6)) + littleEndian(UInt32(0)))
      + element(5, littleEndian(UInt32(rows.count)) + littleEndian(UInt32(columns)))
      + element(1, Array(name.utf8))
      + element(
        9,
        (0..<columns).flatMap { column in
          rows.flatMap { littleEndian($0[column].bitPattern) }
        })
    return file + element(14, matrix)
  }

  private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
