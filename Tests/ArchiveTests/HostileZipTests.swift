import Foundation
import Testing

@testable import Archive

@Suite("Zip archives: hostile ones end in one error")
struct HostileZipTests {
  private typealias Entry = ZipBuilder.Entry

  private func reason(_ builder: ZipBuilder) throws -> String? {
    let folder = try TemporaryFolder()
    let url = try folder.write(builder.bytes())
    do throws(ArchiveError) {
      let archive = try ZipFile(url)
      for entry in archive.entries { _ = try archive.bytes(entry, limit: 1 << 20) }
      return nil
    } catch {
      return error.reason
    }
  }

  private func builder(_ change: (inout Entry) -> Void) -> ZipBuilder {
    var entry = Entry("b", [4, 5, 6])
    change(&entry)
    return ZipBuilder([Entry("a", [1, 2, 3]), entry])
  }

  @Test("The builder's own archive is well-formed")
  func wellFormed() throws { #expect(try reason(builder { _ in }) == nil) }

  @Test("An entry that lies about itself")
  func entries() throws {
    let cases: [(String, (inout Entry) -> Void)] = [
      ("CRC-32", { $0.checksum ^= 1 }),
      ("claimed", { $0.size = 4 }),
      (
        "reach into the directory",
        {
          $0.storedSize = 40
          $0.size = 40
        }
      ),
      ("nothing begins", { $0.offset = 7 }),
      ("beyond the file", { $0.offset = 0xffff_fff0 }),
      ("another name", { $0.localName = Array("c".utf8) }),
      (
        "bomb",
        {
          $0.method = 8; $0.size = 0xffff_fffe
        }
      ),
      (
        "does not unpack",
        {
          $0.method = 8
          $0.stored = [7, 7, 7]
        }
      ),
      ("method 12", { $0.method = 12 }),
      ("encrypted", { $0.flags = 1 }),
      ("beyond the file", { $0.size = 0xffff_ffff }),
      (
        "beyond the file",
        {
          $0.offset = 0xffff_ffff
          $0.directoryExtra = [1, 0, 8, 0] + [UInt8](repeating: 0xff, count: 8)
        }
      ),
      (
        "beyond the file",
        {
          $0.storedSize = 0xffff_ffff
          $0.directoryExtra = [1, 0, 8, 0] + [UInt8](repeating: 0xff, count: 7) + [0x7f]
        }
      ),
    ]
    for (expected, change) in cases {
      let found = try reason(builder(change))
      #expect(found?.contains(expected) == true, "\(expected): \(found ?? "no error")")
    }
  }

  @Test("Two entries that share bytes")
  func overlap() throws {
    // The second entry lies within the data of the first.
    let inner = ZipBuilder([Entry("b", [7])]).bytes()
    let local = Array(inner.prefix(30 + 1 + 1))
    var second = Entry("b", [7])
    second.offset = UInt32(30 + 1)
    let found = try reason(ZipBuilder([Entry("a", local), second]))
    #expect(found == "it overlaps another entry")
    #expect(
      try reason(ZipBuilder([Entry("a", [1]), Entry("a", [2])])) == "two entries have this name")
  }

  @Test("A directory that lies about itself")
  func directories() throws {
    let changes: [(inout ZipBuilder) -> Void] = [
      { $0.claimedEntries = 0xfffe },
      { $0.claimedEntries = 1 },
      { $0.claimedEntries = 3 },
      { $0.claimedEntries = 0xffff },
      { $0.claimedDirectorySize = 0xffff_fff0 },
      { $0.claimedDirectorySize = 47 },
      { $0.claimedDirectoryOffset = 0xffff_fff0 },
      { $0.claimedDirectoryOffset = 0 },
      { $0.disk = 1 },
      { $0.beforeEnd = { _ in [0] } },
      { $0.beforeEnd = { ZipBuilder.end64($0, entries: .max) } },
      { $0.beforeEnd = { ZipBuilder.end64($0, entries: 2, place: .max) } },
      { $0.beforeEnd = { ZipBuilder.end64($0, entries: 2, place: 0) } },
      { $0.beforeEnd = { ZipBuilder.end64($0, entries: 2, length: .max) } },
      { $0.beforeEnd = { ZipBuilder.end64(0..<$0.count, entries: 2) } },
    ]
    for (index, change) in changes.enumerated() {
      var changed = builder { _ in }
      change(&changed)
      #expect(try reason(changed) != nil, "change \(index)")
    }
  }

  @Test("A bomb of the allowed ratio still stops at the size that it claims")
  func bomb() throws {
    var entry = Entry("b", [])
    entry.method = 8
    // Stored block of 4 bytes, of which only 2 are claimed.
    entry.stored = [1, 4, 0, 0xfb, 0xff, 9, 9, 9, 9]
    entry.storedSize = 9
    entry.size = 2
    #expect(try reason(ZipBuilder([entry]))?.contains("more than the 2 bytes") == true)
    entry.size = 5
    #expect(try reason(ZipBuilder([entry]))?.contains("holds 4 bytes") == true)
    entry.stored += [0]
    entry.storedSize += 1
    #expect(try reason(ZipBuilder([entry]))?.contains("bytes follow its end") == true)
  }

  @Test("Cut off or with any byte changed: an error, or the same contents")
  func mutations() throws {
    let folder = try TemporaryFolder()
    var entry = Entry("deflated", [9, 9, 9, 9])
    entry.method = 8
    entry.stored = [1, 4, 0, 0xfb, 0xff, 9, 9, 9, 9]
    entry.storedSize = 9
    let whole = ZipBuilder([Entry("a", [1, 2, 3]), entry]).bytes()
    func contents(_ bytes: [UInt8]) throws -> [[UInt8]]? {
      let url = try folder.write(bytes)
      do throws(ArchiveError) {
        let archive = try ZipFile(url)
        var found: [[UInt8]] = []
        for entry in archive.entries { found.append(try archive.bytes(entry, limit: 1 << 20)) }
        return found
      } catch {
        return nil
      }
    }
    #expect(try contents(whole) == [[1, 2, 3], [9, 9, 9, 9]])
    for length in 0..<whole.count { #expect(try contents(Array(whole.prefix(length))) == nil) }
    for index in whole.indices {
      for bit in 0..<8 {
        var changed = whole
        changed[index] ^= 1 << UInt8(bit)
        if let found = try contents(changed) {
          #expect(found == [[1, 2, 3], [9, 9, 9, 9]], "byte \(index), bit \(bit)")
        }
      }
    }
  }

  @Test("An error is one line, whatever the entry is called")
  func oneLine() throws {
    let error = ArchiveError(
      "read the entry", file: URL(filePath: "/x.zip"),
      entry: "a\nb\u{1b}[2J" + String(repeating: "c", count: 500), reason: "why")
    #expect(error.description.hasPrefix("/x.zip: a?b?[2Jc"))
    #expect(error.description.hasSuffix("c: cannot read the entry: why"))
    #expect(error.description.count < 160)
  }
}
