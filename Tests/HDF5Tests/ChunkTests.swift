import Foundation
import HDF5
import Testing

@Suite("HDF5: chunks of files that are not trusted")
struct ChunkTests {
  @Test(
    "Chunks of h5py, with the filters that need no zlib",
    arguments: [
      ("plain", [5, 7]), ("many", [200]), ("cube", [3, 4, 5, 6]), ("fletcher", [3, 7]),
      ("growing", [3, 2]),
    ])
  func counted(name: String, shape: [Int]) throws {
    let dataset = try UntrustedHDF5File(fixture("HDF5/chunks.h5")).root.dataset(name)
    #expect(dataset.shape == shape)
    #expect(try dataset.floats() == (0..<shape.reduce(1, *)).map { Float($0) })
  }

  @Test("Chunks that LZF has packed, and one that it has left alone")
  func lzf() throws {
    let root = try UntrustedHDF5File(fixture("HDF5/chunks.h5")).root
    #expect(try root.dataset("lzf").floats() == (0..<1_600).map { Float($0 % 7) })
    #expect(try root.dataset("lzf_noise").floats() == (0..<64).map { Float($0 * 40503 % 65536) })
    #expect(try root.dataset("empty").floats() == [])
  }

  @Test(
    "What cannot be read is refused with its reason",
    arguments: [
      ("unwritten", "never written"), ("vast", "does not hold"), ("scaled", "scale-offset"),
      ("gzip", "compressed"),
    ])
  func refused(name: String, reason: String) throws {
    let inflate: UntrustedHDF5File.Inflate? = name == "gzip" ? nil : { _, _ in [] }
    let file = try UntrustedHDF5File(fixture("HDF5/chunks.h5"), inflate: inflate)
    let error = #expect(throws: HDF5Error.self) { try file.root.dataset(name).floats() }
    #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
  }

  @Test("A byte of a chunk changed: its checksum tells")
  func checksum() throws {
    let folder = try TemporaryFolder()
    var bytes = [UInt8](try Data(contentsOf: fixture("HDF5/chunks.h5")))
    // The rows 0, 1, 2 and 7, 8, 9 of bytes, which no other dataset has.
    let chunk: [UInt8] = [0, 1, 2, 7, 8, 9]
    let start = try #require(
      (0..<bytes.count - 6).first { Array(bytes[$0..<$0 + 6]) == chunk })
    bytes[start + 2] = 3
    try Data(bytes).write(to: folder("a.h5"))
    let dataset = try UntrustedHDF5File(folder("a.h5")).root.dataset("fletcher")
    let error = #expect(throws: HDF5Error.self) { try dataset.floats() }
    #expect(error?.reason == "a chunk is damaged")
  }

  @Test("Bytes changed and ends cut off: an error, or some contents, but no crash")
  func mutations() throws {
    let folder = try TemporaryFolder()
    let whole = [UInt8](try Data(contentsOf: fixture("HDF5/chunks.h5")))
    var refused = 0
    for index in stride(from: 96, to: whole.count, by: 607) {
      var bytes = whole
      bytes[index] ^= UInt8(1) << UInt8(index % 8)
      if index % 2 == 0 { bytes[index] = 0xff }
      if index % 5 == 0 { bytes.removeLast(bytes.count - index) }
      try Data(bytes).write(to: folder("a.h5"))
      do throws(HDF5Error) {
        let root = try UntrustedHDF5File(folder("a.h5"), inflate: { Array($0.prefix($1)) }).root
        for name in try root.members() {
          do throws(HDF5Error) { _ = try root.dataset(name).floats() } catch { refused += 1 }
        }
      } catch { refused += 1 }
    }
    #expect(refused > 40)
  }
}
