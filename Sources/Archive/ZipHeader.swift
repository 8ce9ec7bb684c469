/// One header of the central directory.
struct ZipHeader {
  let name: String
  let nameBytes: [UInt8]
  let method: UInt16
  let checksum: UInt32
  let storedSize: Int
  let size: Int
  /// Where the entry begins in the archive.
  let offset: Int
  let isEncrypted: Bool
  /// Bytes of the header itself.
  let length: Int

  private static let fixedSize = 46

  /// The header at a place of the directory's bytes.
  init(_ bytes: [UInt8], at start: Int, of file: ArchiveFile) throws(ArchiveError) {
    guard bytes.uint32(at: start) == 0x0201_4b50, let flags = bytes.uint16(at: start + 8),
      let method = bytes.uint16(at: start + 10), let checksum = bytes.uint32(at: start + 16),
      let storedSize = bytes.uint32(at: start + 20), let size = bytes.uint32(at: start + 24),
      let nameLength = bytes.uint16(at: start + 28).map(Int.init),
      let extraLength = bytes.uint16(at: start + 30).map(Int.init),
      let commentLength = bytes.uint16(at: start + 32).map(Int.init),
      let offset = bytes.uint32(at: start + 42)
    else { throw ZipHeader.problem("no header stands at byte \(start) of it", file) }
    length = ZipHeader.fixedSize + nameLength + extraLength + commentLength
    guard length <= bytes.count - start else {
      throw ZipHeader.problem("it ends within the header at byte \(start)", file)
    }
    let nameStart = start + ZipHeader.fixedSize
    nameBytes = Array(bytes[nameStart..<nameStart + nameLength])
    name = String(decoding: nameBytes, as: UTF8.self)
    self.method = method
    self.checksum = checksum
    isEncrypted = flags & 0x2041 != 0
    let extra = nameStart + nameLength..<nameStart + nameLength + extraLength
    // Numbers that do not fit 32 bits stand in the zip64 field, in this order and only then.
    var wide = ZipHeader.wideNumbers(bytes, extra)
    func number(_ narrow: UInt32) -> Int? {
      guard narrow == 0xffff_ffff else { return Int(narrow) }
      return wide.isEmpty ? nil : Int(exactly: wide.removeFirst())
    }
    guard let wideSize = number(size), let wideStored = number(storedSize),
      let wideOffset = number(offset), wideStored <= file.size, wideOffset <= file.size
    else {
      throw ZipHeader.problem("its sizes or its place are beyond the file", file, name)
    }
    self.size = wideSize
    self.storedSize = wideStored
    self.offset = wideOffset
  }

  var kind: ZipEntry.Method {
    switch method {
    case 0: .stored
    case 8: .deflate
    default: .other(method)
    }
  }

  /// The 64-bit numbers of the zip64 field among the extra fields.
  private static func wideNumbers(_ bytes: [UInt8], _ extra: Range<Int>) -> [UInt64] {
    var position = extra.lowerBound
    while position <= extra.upperBound - 4, let tag = bytes.uint16(at: position),
      let size = bytes.uint16(at: position + 2).map(Int.init),
      size <= extra.upperBound - position - 4
    {
      if tag == 1 {
        return (0..<min(3, size / 8)).compactMap { bytes.uint64(at: position + 4 + 8 * $0) }
      }
      position += 4 + size
    }
    return []
  }

  private static func problem(
    _ reason: String, _ file: ArchiveFile, _ entry: String? = nil
  ) -> ArchiveError {
    ArchiveError("read the directory", file: file.url, entry: entry, reason: reason)
  }
}
