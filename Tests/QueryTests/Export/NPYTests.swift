import Foundation
import Testing

@testable import Query

@Suite("NPY headers and files that appear whole")
struct NPYTests {
  // numpy.lib.format.write_array_header_1_0 for these shapes.
  @Test(
    "the header equals NumPy's",
    arguments: [
      ([3], "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }"),
      ([2, 3, 4], "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3, 4), }"),
      (
        [1_000_000, 512, 100, 100],
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 512, 100, 100), }"
      ),
    ])
  func header(shape: [Int], dictionary: String) {
    let bytes = NPYHeader.bytes(.float32, shape: shape)
    #expect(bytes.count % 64 == 0)
    #expect(Array(bytes[0..<8]) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
    #expect(Int(bytes[8]) + Int(bytes[9]) << 8 == bytes.count - 10)
    let text = String(decoding: bytes[10...], as: UTF8.self)
    #expect(text.hasPrefix(dictionary))
    #expect(text.dropFirst(dictionary.count).dropLast().allSatisfy { $0 == " " })
    #expect(text.last == "\n")
    #expect(String(decoding: NPYHeader.bytes(.uint8, shape: [1]), as: UTF8.self).contains("'|u1'"))
  }

  private func inFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test("a file is replaced when it is whole, and stays when it fails")
  func atomic() throws {
    struct Stop: Error {}
    try inFolder { folder in
      let path = folder.appending(path: "out.csv").path
      try AtomicFile.write(path) { try $0(Array("one".utf8)) }
      #expect(throws: Stop.self) {
        try AtomicFile.write(path) { sink in
          try sink(Array("tw".utf8))
          throw Stop()
        }
      }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "one")
      try AtomicFile.write(path) { try $0(Array("three".utf8)) }
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "three")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out.csv"])
    }
  }

  @Test("a link stays a link, a folder and a missing folder are told")
  func places() throws {
    try inFolder { folder in
      let (file, link) = (folder.appending(path: "a").path, folder.appending(path: "b").path)
      try AtomicFile.write(file) { try $0([0x61]) }
      try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
      try AtomicFile.write(link) { try $0([0x62]) }
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "b")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
      #expect(queryError { try AtomicFile.write(folder.path) { _ in } }?.exitCode == 1)
      let missing = folder.appending(path: "no/where").path
      let error = queryError { try AtomicFile.write(missing) { _ in } }
      #expect(error?.description == "\(missing) cannot be written: No such file or directory")
    }
  }

  @Test("a device is written to directly")
  func device() throws {
    #expect(throws: Never.self) { try AtomicFile.write("/dev/null") { try $0([1, 2]) } }
    // A full disk is an error, not a short file.
    #expect(queryError { try AtomicFile.write("/dev/full") { try $0([1]) } }?.exitCode == 1)
  }
}
