import Foundation
import HDF5
import Testing

@Suite("HDF5: files that are not trusted, read without the library")
struct UntrustedTests {
  @Test("Numbers of h5py, of every type")
  func numbers() throws {
    let numbers = try UntrustedHDF5File(fixture("HDF5/h5py.h5")).root.group("numbers")
    #expect(try numbers.members().contains("float16"))
    #expect(
      try numbers.dataset("float16").floats()
        == [0, 0, 1.5, 65504, 0x1p-24, .infinity, -.infinity])
    #expect(try numbers.dataset("big_endian").floats() == [1.25, -2.5])
    #expect(try numbers.dataset("int16").floats() == [-3, 4])
    #expect(try numbers.dataset("uint64").floats() == [7, 8])
    #expect(try numbers.dataset("scalar").floats() == [0.1])
    #expect(try numbers.dataset("scalar").shape == [])
    #expect(try numbers.dataset("empty").shape == [0, 3])
    #expect(try numbers.dataset("empty").floats() == [])
  }

  @Test("Attributes of h5py and of the library")
  func attributes() throws {
    let root = try UntrustedHDF5File(fixture("HDF5/h5py.h5")).root
    #expect(try root.attribute("text") == .text("größer"))
    #expect(try root.attribute("fixed") == .text("fixed"))
    #expect(try root.attribute("integer") == .floats([-5]))
    #expect(try root.attribute("real") == .floats([2.5]))
    #expect(try root.attribute("floats") == .floats([1, 2]))
    #expect(try root.attribute("texts") == .texts(["a", "b"]))
    #expect(try root.attribute("nothing") == nil)
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let long = String(repeating: "long ", count: 40_000)
    let group = try file.root().createGroup("a/b")
    try group.attributes.set(.text(long), for: "long")
    try group.attributes.set(.texts(["x", "", "yz"]), for: "texts")
    for index in 0..<300 { _ = try file.root().createGroup("many/\(index)") }
    try file.close()
    let again = try UntrustedHDF5File(folder("a.h5")).root
    #expect(try again.group("a/b").attribute("long") == .text(long))
    #expect(try again.group("a/b").attribute("texts") == .texts(["x", "", "yz"]))
    // More members than one node of the tree holds.
    #expect(try again.group("many").members() == (0..<300).map { "\($0)" }.sorted())
    #expect(try again.contains("many/299"))
    #expect(try !again.contains("many/300"))
    #expect(try !again.contains("a/c/b"))
  }

  @Test("Links by path, chunks, and data in other files are not followed")
  func refused() throws {
    let root = try UntrustedHDF5File(fixture("HDF5/h5py.h5")).root
    for name in ["texts", "grid", "link_to_grid", "dangling", "elsewhere", "virtual", "nowhere"] {
      #expect(throws: HDF5Error.self, "\(name)") { try root.dataset(name).floats() }
    }
    #expect(throws: HDF5Error.self) { try UntrustedHDF5File(fixture("HDF5/generate.py")) }
    #expect(throws: HDF5Error.self) { try UntrustedHDF5File(fixture("HDF5/none")) }
  }

  @Test("Bytes of a small file changed: an error, or some contents, but no crash")
  func mutations() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let group = try file.root().createGroup("layers/dense/vars")
    try group.attributes.set(.text("fc1"), for: "name")
    try group.attributes.set(.texts(["a", "b"]), for: "names")
    try group.createDataset("0", of: .float32, shape: [2, 2]).write([1, 2, 3, 4] as [Float])
    try file.close()
    let whole = [UInt8](try Data(contentsOf: folder("a.h5")))
    let changed = folder("b.h5")
    func contents(_ bytes: [UInt8]) throws -> Bool {
      try Data(bytes).write(to: changed)
      do throws(HDF5Error) {
        let vars = try UntrustedHDF5File(changed).root.group("layers/dense/vars")
        _ = try vars.members()
        _ = try vars.attribute("name")
        _ = try vars.attribute("names")
        _ = try vars.dataset("0").floats()
        return true
      } catch {
        return false
      }
    }
    #expect(try contents(whole))
    var refused = 0
    for index in stride(from: 0, to: whole.count, by: 5) {
      var bytes = whole
      bytes[index] ^= UInt8(1) << UInt8(index % 8)
      if try !contents(bytes) { refused += 1 }
      bytes[index] = 0xff
      _ = try contents(bytes)
    }
    #expect(refused > 50)
    for length in stride(from: 0, to: whole.count, by: 37) {
      _ = try contents(Array(whole.prefix(length)))
    }
  }
}
