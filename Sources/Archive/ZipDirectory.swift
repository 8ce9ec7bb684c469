/// Reads the directory at the end of a zip archive.
///
/// Every number is the file's word: nothing is allocated or visited before it has been compared
/// with the size of the file.
struct ZipDirectory {
  let file: ArchiveFile
  let limits: ZipLimits

  private struct Location {
    var entries: UInt64
    var size: UInt64
    var offset: UInt64
    /// Where the records that end the archive begin.
    var end: Int
  }

  private static let endSize = 22
  private static let locatorSize = 20
  private static let end64Size = 56
  private static let headerSize = 46

  func entries() throws(ArchiveError) -> [ZipEntry] {
    let location = try locate()
    guard location.entries <= UInt64(limits.entries) else {
      throw problem("it claims \(location.entries) entries, more than \(limits.entries)")
    }
    guard location.size <= UInt64(limits.directory) else {
      throw problem("it claims \(location.size) bytes, more than \(limits.directory)")
    }
    guard location.offset <= UInt64(location.end),
      location.size == UInt64(location.end) - location.offset,
      location.entries <= location.size / UInt64(ZipDirectory.headerSize)
    else {
      throw problem(
        "\(location.entries) entries in \(location.size) bytes at \(location.offset) do not end"
          + " where the archive's last record begins")
    }
    let start = Int(location.offset)
    guard let bytes = file.bytes(at: start, count: Int(location.size)) else {
      throw problem("the file ends within it")
    }
    var entries: [ZipEntry] = []
    var starts: [Int] = []
    var position = 0
    for _ in 0..<location.entries {
      let header = try ZipHeader(bytes, at: position, of: file)
      position += header.length
      entries.append(try entry(header, directory: start))
      starts.append(header.offset)
    }
    guard position == bytes.count else { throw problem("it holds more than its entries") }
    try checkOverlaps(entries, starts: starts)
    return entries
  }

  /// Finds the record that ends the archive, and the one of zip64 if there is one.
  private func locate() throws(ArchiveError) -> Location {
    let tail = min(file.size, ZipDirectory.endSize + 0xffff)
    let base = file.size - tail
    guard tail >= ZipDirectory.endSize, let bytes = file.bytes(at: base, count: tail) else {
      throw problem("the file is too short for a zip archive")
    }
    let candidates = (0...(tail - ZipDirectory.endSize)).reversed()
    let found = candidates.first { offset in
      bytes[offset] == 0x50 && bytes.uint32(at: offset) == 0x0605_4b50
        && bytes.uint16(at: offset + 20).map(Int.init) == tail - offset - ZipDirectory.endSize
    }
    guard let found, let disk = bytes.uint16(at: found + 4),
      let directoryDisk = bytes.uint16(at: found + 6), let onDisk = bytes.uint16(at: found + 8),
      let total = bytes.uint16(at: found + 10), let size = bytes.uint32(at: found + 12),
      let offset = bytes.uint32(at: found + 16)
    else { throw problem("no record ends the archive: it is cut off or no zip archive") }
    let locator = base + found - ZipDirectory.locatorSize
    if let record = file.bytes(at: locator, count: ZipDirectory.locatorSize),
      record.uint32(at: 0) == 0x0706_4b50
    {
      return try locate64(record, locator: locator)
    }
    guard disk == 0, directoryDisk == 0, onDisk == total else {
      throw problem("it is one part of several")
    }
    guard total != 0xffff, size != 0xffff_ffff, offset != 0xffff_ffff else {
      throw problem("its zip64 record is missing")
    }
    return Location(
      entries: UInt64(total), size: UInt64(size), offset: UInt64(offset), end: base + found)
  }

  private func locate64(_ locator: [UInt8], locator end: Int) throws(ArchiveError) -> Location {
    guard locator.uint32(at: 4) == 0, let disks = locator.uint32(at: 16), disks <= 1 else {
      throw problem("it is one part of several")
    }
    guard let place = locator.uint64(at: 8), end >= ZipDirectory.end64Size,
      place <= UInt64(end - ZipDirectory.end64Size),
      let record = file.bytes(at: Int(place), count: ZipDirectory.end64Size),
      record.uint32(at: 0) == 0x0606_4b50, let length = record.uint64(at: 4),
      length == UInt64(end) - place - 12,
      let onDisk = record.uint64(at: 24), let total = record.uint64(at: 32), onDisk == total,
      let size = record.uint64(at: 40), let offset = record.uint64(at: 48)
    else { throw problem("its zip64 record makes no sense") }
    return Location(entries: total, size: size, offset: offset, end: Int(place))
  }

  private func entry(_ header: ZipHeader, directory: Int) throws(ArchiveError) -> ZipEntry {
    let fixed = 30
    guard header.offset <= directory - fixed,
      let local = file.bytes(at: header.offset, count: fixed),
      local.uint32(at: 0) == 0x0403_4b50, let method = local.uint16(at: 8),
      let nameLength = local.uint16(at: 26), let extraLength = local.uint16(at: 28)
    else { throw problem("nothing begins at \(header.offset)", header.name) }
    let start = header.offset + fixed + Int(nameLength) + Int(extraLength)
    guard start <= directory, header.storedSize <= directory - start else {
      throw problem("its \(header.storedSize) bytes reach into the directory", header.name)
    }
    guard method == header.method,
      file.bytes(at: header.offset + fixed, count: Int(nameLength)) == header.nameBytes
    else { throw problem("the entry itself has another name or method", header.name) }
    let entry = ZipEntry(
      name: header.name, method: header.kind, size: header.size, checksum: header.checksum,
      stored: start..<start + header.storedSize, isEncrypted: header.isEncrypted)
    try checkSize(entry)
    return entry
  }

  private func checkSize(_ entry: ZipEntry) throws(ArchiveError) {
    switch entry.method {
    case .stored:
      guard entry.size == entry.stored.count || entry.isEncrypted else {
        throw problem(
          "\(entry.stored.count) bytes are stored as they are, but \(entry.size) are claimed",
          entry.name)
      }
    case .deflate:
      let (scaled, overflows) = entry.stored.count.multipliedReportingOverflow(
        by: limits.expansion)
      guard overflows || entry.size <= limits.freeSize || entry.size - limits.freeSize <= scaled
      else {
        throw problem(
          "\(entry.stored.count) bytes claim to unpack to \(entry.size): this looks like a bomb",
          entry.name)
      }
    case .other: break
    }
  }

  private func checkOverlaps(_ entries: [ZipEntry], starts: [Int]) throws(ArchiveError) {
    var end = 0
    for index in entries.indices.sorted(by: { starts[$0] < starts[$1] }) {
      guard starts[index] >= end else {
        throw problem("it overlaps another entry", entries[index].name)
      }
      end = entries[index].stored.upperBound
    }
  }

  private func problem(_ reason: String, _ entry: String? = nil) -> ArchiveError {
    ArchiveError("read the directory", file: file.url, entry: entry, reason: reason)
  }
}
