/// The header of a NumPy file: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }`.
struct NumPyHeader {
  enum Element: Equatable {
    case number(ArrayNumber)
    /// Characters a text, of four bytes (`U`) or one (`S`).
    case text(length: Int, isWide: Bool)

    /// Bytes a value.
    var size: Int {
      switch self {
      case .number(let type): type.size
      case .text(let length, let isWide): isWide ? length * 4 : length
      }
    }
  }

  let element: Element
  let isBigEndian: Bool
  let isFortran: Bool
  let shape: [Int]

  /// - Throws: `BadRecord` if a part is missing or of a kind that is not read.
  init(_ text: String) throws {
    guard let descr = NumPyHeader.quoted("descr", in: text) else {
      throw BadRecord("its type is not one of numbers or texts")
    }
    guard let order = NumPyHeader.value("fortran_order", in: text),
      let sides = NumPyHeader.value("shape", in: text), sides.hasPrefix("("),
      let end = sides.firstIndex(of: ")")
    else { throw BadRecord("its header is damaged") }
    isFortran = order.hasPrefix("True")
    shape = try sides[sides.index(after: sides.startIndex)..<end].split { $0 == "," || $0 == " " }
      .map {
        guard let side = Int($0), side >= 0, side < 1 << 32 else {
          throw BadRecord("its shape is damaged")
        }
        return side
      }
    guard shape.count <= 8 else { throw BadRecord("it has more than 8 dimensions") }
    isBigEndian = descr.hasPrefix(">")
    let type = descr.first.map { "<>|=".contains($0) } == true ? String(descr.dropFirst()) : descr
    guard let element = NumPyHeader.element(type) else {
      throw BadRecord("values of type \(BadRecord.quoted(descr)) are not read")
    }
    self.element = element
  }

  private static let numbers: [String: ArrayNumber] = [
    "b1": .bool, "i1": .int8, "u1": .uint8, "i2": .int16, "u2": .uint16, "i4": .int32,
    "u4": .uint32, "i8": .int64, "u8": .uint64, "f2": .half, "f4": .single, "f8": .double,
  ]

  private static func element(_ type: String) -> Element? {
    if let number = numbers[type] { return .number(number) }
    guard let kind = type.first, kind == "U" || kind == "S", let length = Int(type.dropFirst()),
      (0...4096).contains(length)
    else { return nil }
    return .text(length: length, isWide: kind == "U")
  }

  /// What stands behind `'key':`, up to the end.
  private static func value(_ key: String, in text: String) -> Substring? {
    let blank = UInt8(ascii: " ")
    for quote in [UInt8(ascii: "'"), UInt8(ascii: "\"")] {
      let name = [quote] + key.utf8 + [quote]
      // Data sets hold millions of these headers.
      var rest = text.utf8[...]
      while let start = rest.firstIndex(of: quote) {
        rest = rest[start...]
        if rest.starts(with: name) {
          rest = rest.dropFirst(name.count).drop { $0 == blank }
          guard rest.first == UInt8(ascii: ":") else { return nil }
          return Substring(rest.dropFirst().drop { $0 == blank })
        }
        rest = rest.dropFirst()
      }
    }
    return nil
  }

  private static func quoted(_ key: String, in text: String) -> String? {
    guard let value = value(key, in: text), let quote = value.first, quote == "'" || quote == "\""
    else { return nil }
    let rest = value.dropFirst()
    return rest.firstIndex(of: quote).map { String(rest[..<$0]) }
  }
}
