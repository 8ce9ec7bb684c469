internal import CZlib
public import Foundation

extension ZipFile {
  private static let action = "read the entry"
  private static let chunkSize = 1 << 18

  /// The bytes of an entry, unpacked and compared with their CRC-32.
  ///
  /// - Parameters:
  ///   - entry: An entry of this archive.
  ///   - limit: The most bytes to expect.
  /// - Returns: All bytes.
  /// - Throws: `ArchiveError` if there are more than `limit`, they do not unpack or their CRC-32
  ///   differs.
  public func bytes(_ entry: ZipEntry, limit: Int) throws(ArchiveError) -> [UInt8] {
    guard entry.size <= limit else {
      throw problem(entry, "\(entry.size) bytes are more than \(limit)")
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entry.size)
    try unpack(entry) { chunk throws(ArchiveError) in bytes.append(contentsOf: chunk) }
    return bytes
  }

  /// Fills a buffer with a part of a stored entry, without reading the rest.
  ///
  /// The CRC-32 is compared if the part is the whole entry.
  ///
  /// - Parameters:
  ///   - entry: An entry of this archive whose method is `stored`.
  ///   - offset: The first byte of the entry to read.
  ///   - buffer: Receives the bytes.
  /// - Throws: `ArchiveError` if the entry is compressed or does not hold that many bytes.
  public func read(
    _ entry: ZipEntry, at offset: Int, into buffer: UnsafeMutableRawBufferPointer
  ) throws(ArchiveError) {
    guard entry.method == .stored, !entry.isEncrypted else {
      throw problem(entry, "it is compressed or encrypted")
    }
    guard offset >= 0, offset <= entry.size, buffer.count <= entry.size - offset else {
      throw problem(entry, "\(buffer.count) bytes at \(offset) are beyond its \(entry.size)")
    }
    guard file.read(at: entry.stored.lowerBound + offset, into: buffer) else {
      throw problem(entry, "the file cannot be read")
    }
    guard buffer.count < entry.size || crc(0, UnsafeRawBufferPointer(buffer)) == entry.checksum
    else { throw problem(entry, "its CRC-32 differs: the archive is damaged") }
  }

  /// Writes the bytes of an entry to a new file at a place of the caller's choice.
  ///
  /// - Parameters:
  ///   - entry: An entry of this archive.
  ///   - url: Where; nothing may be there.
  /// - Throws: `ArchiveError` if the entry cannot be read whole or the file cannot be written.
  public func extract(_ entry: ZipEntry, to url: URL) throws(ArchiveError) {
    let output = try OutputFile(url, action: "write the file")
    try unpack(entry) { chunk throws(ArchiveError) in try output.append(chunk) }
    try output.close()
  }

  /// Hands the bytes of an entry on, chunk by chunk, and compares size and CRC-32 at the end.
  func unpack(
    _ entry: ZipEntry, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    guard !entry.isEncrypted else { throw problem(entry, "it is encrypted") }
    var total = 0
    var checksum: UInt32 = 0
    func take(_ chunk: UnsafeRawBufferPointer) throws(ArchiveError) {
      guard chunk.count <= entry.size - total else {
        throw problem(entry, "it holds more than the \(entry.size) bytes that it claims")
      }
      total += chunk.count
      checksum = crc(checksum, chunk)
      try body(chunk)
    }
    switch entry.method {
    case .stored: try chunks(of: entry, take)
    case .deflate: try inflate(entry, take)
    case .other(let number):
      throw problem(entry, "it is compressed by method \(number); pack the archive by deflate")
    }
    guard total == entry.size else {
      throw problem(entry, "it holds \(total) bytes, but claims \(entry.size)")
    }
    guard checksum == entry.checksum else {
      throw problem(entry, "its CRC-32 differs: the archive is damaged")
    }
  }

  /// The stored bytes, chunk by chunk.
  private func chunks(
    of entry: ZipEntry, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var offset = entry.stored.lowerBound
    while offset < entry.stored.upperBound {
      let count = min(ZipFile.chunkSize, entry.stored.upperBound - offset)
      guard let bytes = file.bytes(at: offset, count: count) else {
        throw problem(entry, "the file cannot be read")
      }
      try bytes.withRawBytes(body)
      offset += count
    }
  }

  private func inflate(
    _ entry: ZipEntry, _ body: (UnsafeRawBufferPointer) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    var stream = z_stream()
    guard lethe_inflate_raw(&stream) == Z_OK else {
      throw problem(entry, "zlib cannot be started: out of memory")
    }
    defer { inflateEnd(&stream) }
    var output = [UInt8](repeating: 0, count: ZipFile.chunkSize)
    var isFinished = false
    try chunks(of: entry) { chunk throws(ArchiveError) in
      guard let start = chunk.bindMemory(to: UInt8.self).baseAddress else { return }
      // zlib reads from the chunk only, in spite of the type of its pointer.
      stream.next_in = UnsafeMutablePointer(mutating: start)
      stream.avail_in = UInt32(chunk.count)
      repeat {
        guard !isFinished else { throw problem(entry, "bytes follow its end") }
        let (code, made) = output.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          let code = CZlib.inflate(&stream, Z_NO_FLUSH)
          return (code, buffer.count - Int(stream.avail_out))
        }
        // A buffer error only says that more input is needed.
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
          throw problem(entry, "it does not unpack: the archive is damaged")
        }
        isFinished = code == Z_STREAM_END
        try output.withRawBytes { bytes throws(ArchiveError) in
          try body(UnsafeRawBufferPointer(rebasing: bytes[..<made]))
        }
      } while stream.avail_in > 0 || (stream.avail_out == 0 && !isFinished)
    }
    guard isFinished else { throw problem(entry, "its data are cut off") }
  }

  private func problem(_ entry: ZipEntry, _ reason: String) -> ArchiveError {
    ArchiveError(ZipFile.action, file: url, entry: entry.name, reason: reason)
  }
}

/// The CRC-32 of some bytes, carried on from that of the bytes before them.
func crc(_ start: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
  UInt32(
    truncatingIfNeeded: crc32_z(
      UInt(start), bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count))
}
