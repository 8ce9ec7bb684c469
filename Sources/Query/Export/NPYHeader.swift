/// The header of a `.npy` file, format version 1.0, C order.
enum NPYHeader {
  /// The types of elements, little-endian.
  enum Element: String {
    case float32 = "<f4"
    case uint8 = "|u1"

    var size: Int { self == .float32 ? 4 : 1 }
  }

  /// The bytes before the elements; their number is a multiple of 64.
  ///
  /// See NumPy's format description, `numpy.lib.format`.
  static func bytes(_ element: Element, shape: [Int]) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text =
      "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
    let prefix = 10
    let unpadded = prefix + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
    let length = UInt16(truncatingIfNeeded: text.utf8.count)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
      + Array(text.utf8)
  }
}
