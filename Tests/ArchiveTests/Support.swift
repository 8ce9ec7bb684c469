import Foundation

@testable import Archive

/// A folder that vanishes with its last reference.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func callAsFunction(_ name: String) -> URL { url.appending(path: name) }

  /// Writes some bytes to a new file.
  func write(_ bytes: [UInt8], _ name: String = "a.zip") throws -> URL {
    try Data(bytes).write(to: self(name))
    return self(name)
  }
}

/// A zip archive built field by field, so that each can lie.
struct ZipBuilder {
  struct Entry {
    var name: [UInt8]
    var stored: [UInt8]
    var method: UInt16 = 0
    var flags: UInt16 = 0
    /// What the directory says.
    var size: UInt32
    var storedSize: UInt32
    var checksum: UInt32
    /// Where the directory says that the entry begins; nil = where it does.
    var offset: UInt32?
    var directoryExtra: [UInt8] = []
    var localName: [UInt8]?

    init(_ name: String, _ bytes: [UInt8]) {
      self.name = Array(name.utf8)
      stored = bytes
      size = UInt32(bytes.count)
      storedSize = UInt32(bytes.count)
      checksum = bytes.withUnsafeBytes { crc(0, $0) }
    }
  }

  var entries: [Entry]
  var claimedEntries: UInt16?
  var claimedDirectorySize: UInt32?
  var claimedDirectoryOffset: UInt32?
  var disk: UInt16 = 0
  var comment: [UInt8] = []
  /// Goes between the directory and the last record, given where the directory lies.
  var beforeEnd: (_ directory: Range<Int>) -> [UInt8] = { _ in [] }

  init(_ entries: [Entry]) { self.entries = entries }

  func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    var directory: [UInt8] = []
    for entry in entries {
      let start = UInt32(bytes.count)
      let name = entry.localName ?? entry.name
      bytes.append(littleEndian: UInt32(0x0403_4b50))
      bytes.append(littleEndian: UInt16(20))
      bytes.append(littleEndian: entry.flags)
      bytes.append(littleEndian: entry.method)
      bytes += [UInt8](repeating: 0, count: 16)
      bytes.append(littleEndian: UInt16(name.count))
      bytes.append(littleEndian: UInt16(0))
      bytes += name + entry.stored
      directory.append(littleEndian: UInt32(0x0201_4b50))
      directory.append(littleEndian: UInt16(20))
      directory.append(littleEndian: UInt16(20))
      directory.append(littleEndian: entry.flags)
      directory.append(littleEndian: entry.method)
      directory.append(littleEndian: UInt32(0))
      directory.append(littleEndian: entry.checksum)
      directory.append(littleEndian: entry.storedSize)
      directory.append(littleEndian: entry.size)
      directory.append(littleEndian: UInt16(entry.name.count))
      directory.append(littleEndian: UInt16(entry.directoryExtra.count))
      directory += [UInt8](repeating: 0, count: 10)
      directory.append(littleEndian: entry.offset ?? start)
      directory += entry.name + entry.directoryExtra
    }
    let start = bytes.count
    bytes += directory + beforeEnd(start..<start + directory.count)
    bytes.append(littleEndian: UInt32(0x0605_4b50))
    bytes.append(littleEndian: disk)
    bytes.append(littleEndian: disk)
    let count = claimedEntries ?? UInt16(entries.count)
    bytes.append(littleEndian: count)
    bytes.append(littleEndian: count)
    bytes.append(littleEndian: claimedDirectorySize ?? UInt32(directory.count))
    bytes.append(littleEndian: claimedDirectoryOffset ?? UInt32(start))
    bytes.append(littleEndian: UInt16(comment.count))
    return bytes + comment
  }

  /// The records of zip64 that follow a directory; each argument lies if it is given.
  static func end64(
    _ directory: Range<Int>, entries: UInt64, place: UInt64? = nil, length: UInt64 = 44
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt32(0x0606_4b50))
    bytes.append(littleEndian: length)
    bytes.append(littleEndian: UInt32(0x002d_002d))
    bytes.append(littleEndian: UInt64(0))
    bytes.append(littleEndian: entries)
    bytes.append(littleEndian: entries)
    bytes.append(littleEndian: UInt64(directory.count))
    bytes.append(littleEndian: UInt64(directory.lowerBound))
    bytes.append(littleEndian: UInt32(0x0706_4b50))
    bytes.append(littleEndian: UInt32(0))
    bytes.append(littleEndian: place ?? UInt64(directory.upperBound))
    bytes.append(littleEndian: UInt32(1))
    return bytes
  }
}
