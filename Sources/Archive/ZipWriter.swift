public import Foundation

/// Writes a zip archive of stored entries; the same entries are the same bytes.
public final class ZipWriter {
  private struct Written {
    let name: [UInt8]
    let checksum: UInt32
    let size: UInt32
    let offset: UInt32
  }

  private static let action = "write the archive"
  private let output: OutputFile
  private var written: [Written] = []

  /// Makes a new archive.
  ///
  /// - Parameter url: Where; nothing may be there.
  /// - Throws: `ArchiveError` if something is there or cannot be written.
  public init(_ url: URL) throws(ArchiveError) {
    output = try OutputFile(url, action: ZipWriter.action)
  }

  /// Adds an entry.
  ///
  /// - Parameters:
  ///   - name: Its name, at most 65,535 bytes.
  ///   - bytes: What it holds.
  /// - Throws: `ArchiveError` if the archive grows beyond 4 GiB or cannot be written.
  public func add(_ name: String, _ bytes: [UInt8]) throws(ArchiveError) {
    try add(name) { take throws(ArchiveError) in
      try bytes.withRawBytes(take)
    }
  }

  /// Adds a file as an entry.
  ///
  /// - Parameters:
  ///   - name: The name of the entry, at most 65,535 bytes.
  ///   - url: The file that it holds.
  /// - Throws: `ArchiveError` if the file cannot be read, or the archive grows beyond 4 GiB or
  ///   cannot be written.
  public func add(_ name: String, contentsOf url: URL) throws(ArchiveError) {
    let file = try ArchiveFile(url, action: "read the file")
    try add(name) { take throws(ArchiveError) in
      var offset = 0
      while offset < file.size {
        let count = min(1 << 18, file.size - offset)
        guard let chunk = file.bytes(at: offset, count: count) else {
          throw ArchiveError("read the file", file: url, reason: "it ended early")
        }
        try chunk.withRawBytes(take)
        offset += count
      }
    }
  }

  /// Writes the directory and closes the archive; nothing may be added afterwards.
  ///
  /// - Throws: `ArchiveError` if it cannot be written.
  public func finish() throws(ArchiveError) {
    let start = output.position
    var directory: [UInt8] = []
    for entry in written {
      directory.append(littleEndian: UInt32(0x0201_4b50))
      directory.append(littleEndian: UInt16(20))
      directory += ZipWriter.common(entry)
      // No comment, the first disk, no attributes.
      directory += [UInt8](repeating: 0, count: 10)
      directory.append(littleEndian: entry.offset)
      directory += entry.name
    }
    guard directory.count <= Int(UInt32.max) - start else { throw tooLarge() }
    let size = UInt32(directory.count)
    directory.append(littleEndian: UInt32(0x0605_4b50))
    directory.append(littleEndian: UInt32(0))
    directory.append(littleEndian: UInt16(written.count))
    directory.append(littleEndian: UInt16(written.count))
    directory.append(littleEndian: size)
    directory.append(littleEndian: UInt32(start))
    directory.append(littleEndian: UInt16(0))
    try directory.withRawBytes(output.append)
    try output.close()
  }

  private func add(
    _ name: String,
    _ body: ((UnsafeRawBufferPointer) throws(ArchiveError) -> Void) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    let nameBytes = Array(name.utf8)
    guard nameBytes.count <= 0xffff, written.count < 0xfffe else { throw tooLarge() }
    let start = output.position
    // The header is written over when the size and the checksum are known.
    try append(header: Written(name: nameBytes, checksum: 0, size: 0, offset: 0), at: nil)
    let dataStart = output.position
    var checksum: UInt32 = 0
    try body { chunk throws(ArchiveError) in
      checksum = crc(checksum, chunk)
      try output.append(chunk)
    }
    guard output.position < Int(UInt32.max) else { throw tooLarge() }
    let entry = Written(
      name: nameBytes, checksum: checksum, size: UInt32(output.position - dataStart),
      offset: UInt32(start))
    try append(header: entry, at: start)
    written.append(entry)
  }

  private func append(header entry: Written, at offset: Int?) throws(ArchiveError) {
    var header: [UInt8] = []
    header.append(littleEndian: UInt32(0x0403_4b50))
    header += ZipWriter.common(entry) + entry.name
    try header.withRawBytes { bytes throws(ArchiveError) in
      if let offset {
        try output.write(bytes, at: offset)
      } else {
        try output.append(bytes)
      }
    }
  }

  /// What the local and the central header have in common: version to extra length.
  private static func common(_ entry: Written) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt16(20))
    // Names are UTF-8; the entry is stored; the date is the first that zip can say.
    bytes.append(littleEndian: UInt16(0x0800))
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0))
    bytes.append(littleEndian: UInt16(0x0021))
    bytes.append(littleEndian: entry.checksum)
    bytes.append(littleEndian: entry.size)
    bytes.append(littleEndian: entry.size)
    bytes.append(littleEndian: UInt16(entry.name.count))
    bytes.append(littleEndian: UInt16(0))
    return bytes
  }

  private func tooLarge() -> ArchiveError {
    ArchiveError(
      ZipWriter.action, file: output.url, reason: "it would need more than 4 GiB or 65,534 entries")
  }
}
