extension UntrustedHDF5Group {
  /// The longest text that is read.
  private static let textLimit = 1 << 26
  private static let countLimit = 100_000

  /// The value of an attribute; nil if there is none of that name.
  ///
  /// - Parameter name: The name.
  /// - Returns: Text, texts, or numbers of single precision.
  /// - Throws: `HDF5Error` if it is malformed, too long, or neither text nor numbers.
  public func attribute(_ name: String) throws(HDF5Error) -> HDF5AttributeValue? {
    let header = try ObjectHeader(file, at: address, path: path)
    for message in header.messages where message.kind == .attribute && !message.isShared {
      guard let parts = AttributeParts(message.bytes) else {
        throw problem("one of its attributes is damaged")
      }
      if parts.name == name { return try value(of: parts) }
    }
    return nil
  }

  private func value(of parts: AttributeParts) throws(HDF5Error) -> HDF5AttributeValue {
    guard let format = ElementFormat(parts.type), let shape = ElementFormat.shape(parts.space),
      let count = elementCount(shape), count <= Self.countLimit,
      count <= parts.data.count / format.size
    else { throw problem("its attribute \(parts.name.prefix(80)) is damaged or of another kind") }
    var texts: [String] = []
    var numbers: [Float] = []
    var total = 0
    for index in 0..<count {
      let start = index * format.size
      switch format {
      case .text(let size, let isPaddedByBlanks):
        let bytes = parts.data[start..<start + size].prefix { $0 != 0 }
        let end = isPaddedByBlanks ? bytes.lastIndex { $0 != 0x20 }.map { $0 + 1 } : bytes.endIndex
        texts.append(String(decoding: bytes[..<(end ?? bytes.startIndex)], as: UTF8.self))
      case .heapText:
        let text = try heapText(parts, start)
        total += text.count
        guard total <= Self.textLimit else { throw problem("its attributes are too long") }
        texts.append(String(decoding: text.prefix { $0 != 0 }, as: UTF8.self))
      default:
        guard let pattern = parts.data.number(start, size: format.size),
          let number = format.number(pattern)
        else { throw problem("its attribute \(parts.name.prefix(80)) is damaged") }
        numbers.append(number)
      }
    }
    switch format {
    case .text, .heapText: return shape.isEmpty ? .text(texts.first ?? "") : .texts(texts)
    default: return .floats(numbers)
    }
  }

  /// A text in the global heap, which an attribute names by length, address and index.
  private func heapText(_ parts: AttributeParts, _ start: Int) throws(HDF5Error) -> [UInt8] {
    guard let length = parts.data.word(start), let index = parts.data.word(start + 12),
      length <= Self.textLimit
    else { throw problem("its attribute \(parts.name.prefix(80)) is damaged") }
    if length == 0 { return [] }
    guard let place = parts.data.address(start + 4),
      let object = file.heapObject(index, at: place), length <= object.count
    else { throw problem("the text of \(parts.name.prefix(80)) cannot be found") }
    return Array(object.prefix(length))
  }
}

/// The parts of an attribute's message.
private struct AttributeParts {
  let name: String
  let type: [UInt8]
  let space: [UInt8]
  let data: [UInt8]

  /// The parts; nil if they do not fit the message or the type lies elsewhere.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 8, (1...3).contains(bytes[0]), let nameSize = bytes.short(2),
      let typeSize = bytes.short(4), let spaceSize = bytes.short(6),
      bytes[0] == 1 || bytes[1] & 3 == 0
    else { return nil }
    // Version 1 fills every part up to eight bytes; version 3 adds the encoding of the name.
    let step = bytes[0] == 1 ? 8 : 1
    func padded(_ size: Int) -> Int { (size + step - 1) / step * step }
    let nameStart = bytes[0] == 3 ? 9 : 8
    let typeStart = nameStart + padded(nameSize)
    let spaceStart = typeStart + padded(typeSize)
    let dataStart = spaceStart + padded(spaceSize)
    guard let name = bytes.part(nameStart, nameSize), let type = bytes.part(typeStart, typeSize),
      let space = bytes.part(spaceStart, spaceSize), dataStart <= bytes.count
    else { return nil }
    self.name = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    self.type = type
    self.space = space
    data = Array(bytes[dataStart...])
  }
}
