import Archive
import Foundation
import Testing

@Suite("Zip archives: reading and writing")
struct ZipTests {
  /// Raw deflate of 1,000 bytes `0, 1, 2, …, 9, 0, …`, made by Python's zlib.
  private static let deflated: [UInt8] = [
    99, 96, 100, 98, 102, 97, 101, 99, 231, 224, 100, 24, 101, 141, 178, 70, 89, 195, 148, 5, 0,
  ]

  @Test("What is written is read back, and equal entries are equal bytes")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let long = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    let source = try folder.write(long, "source")
    for name in ["a.zip", "b.zip"] {
      let writer = try ZipWriter(folder(name))
      try writer.add("config.json", Array("{}".utf8))
      try writer.add("empty", [])
      try writer.add("größer/long", contentsOf: source)
      try writer.finish()
    }
    #expect(try Data(contentsOf: folder("a.zip")) == Data(contentsOf: folder("b.zip")))
    let archive = try ZipFile(folder("a.zip"))
    #expect(archive.entries.map(\.name) == ["config.json", "empty", "größer/long"])
    #expect(archive.entries.map(\.size) == [2, 0, 600_000])
    for (entry, bytes) in zip(archive.entries, [Array("{}".utf8), [], long]) {
      #expect(try archive.bytes(entry, limit: 1 << 20) == bytes)
    }
    let entry = try #require(archive.entry("größer/long"))
    var part = [UInt8](repeating: 0, count: 100)
    try part.withUnsafeMutableBytes { try archive.read(entry, at: 599_900, into: $0) }
    #expect(part == Array(long.suffix(100)))
    try archive.extract(entry, to: folder("copy"))
    #expect(try Data(contentsOf: folder("copy")) == Data(long))
    #expect(throws: ArchiveError.self) { try archive.extract(entry, to: folder("copy")) }
    #expect(throws: ArchiveError.self) { try archive.bytes(entry, limit: 599_999) }
    #expect(throws: ArchiveError.self) {
      try part.withUnsafeMutableBytes { try archive.read(entry, at: 599_901, into: $0) }
    }
  }

  @Test("Deflated entries, comments and zip64 records are read")
  func deflateAndZip64() throws {
    let folder = try TemporaryFolder()
    let plain = (0..<1000).map { UInt8($0 % 10) }
    var entry = ZipBuilder.Entry("x", plain)
    entry.stored = ZipTests.deflated
    entry.storedSize = UInt32(ZipTests.deflated.count)
    entry.method = 8
    var builder = ZipBuilder([entry])
    builder.comment = Array("PK\u{5}\u{6} a comment that looks like a record".utf8)
    let first = try ZipFile(folder.write(builder.bytes(), "1.zip"))
    #expect(try first.bytes(first.entries[0], limit: 1000) == plain)

    entry.size = 0xffff_ffff
    entry.offset = 0xffff_ffff
    // Tag 1, 16 bytes: size, then offset; the stored size fits 32 bits and is left out.
    entry.directoryExtra =
      [0x99, 0x99, 1, 0, 7] + [1, 0, 16, 0, 0xe8, 3, 0, 0, 0, 0, 0, 0]
      + [UInt8](repeating: 0, count: 8)
    builder.entries = [entry]
    builder.claimedEntries = 0xffff
    builder.claimedDirectorySize = 0xffff_ffff
    builder.beforeEnd = { ZipBuilder.end64($0, entries: 1) }
    let second = try ZipFile(folder.write(builder.bytes(), "2.zip"))
    #expect(try second.bytes(second.entries[0], limit: 1000) == plain)
  }

  @Test("A name with dots, a slash or a zero in it is a name and no path")
  func names() throws {
    let folder = try TemporaryFolder()
    let names = ["../../etc/x", "/etc/passwd", "a\0b", ""]
    let archive = try ZipFile(
      folder.write(ZipBuilder(names.map { .init($0, [1]) }).bytes()))
    #expect(archive.entries.map(\.name) == names)
    #expect(try archive.bytes(try #require(archive.entry("a\0b")), limit: 1) == [1])
  }
}
