import HDF5
import Testing

@Suite("HDF5: files of h5py")
struct FixtureTests {
  private func root() throws -> HDF5Group {
    try HDF5File.open(fixture("HDF5/h5py.h5")).root()
  }

  @Test("Numbers of other types are converted")
  func numbers() throws {
    let numbers = try root().group("numbers")
    let halves = try numbers.dataset("float16")
    #expect(halves.elementType == .float16)
    #expect(
      try halves.readAll(Float16.self).map(\.bitPattern)
        == [0, 0x8000, 0x3e00, 0x7bff, 1, 0x7c00, 0xfc00])
    #expect(
      try halves.readAll(Float.self) == [0, 0, 1.5, 65504, 0x1p-24, .infinity, -.infinity])
    #expect(try numbers.dataset("big_endian").readAll(Float.self) == [1.25, -2.5])
    let shorts = try numbers.dataset("int16")
    #expect(shorts.elementType == nil)
    #expect(try shorts.readAll(Int32.self) == [-3, 4])
    #expect(try numbers.dataset("uint64").readAll(Int64.self) == [7, 8])
    #expect(try numbers.dataset("scalar").readAll(Double.self) == [0.1])
    #expect(try numbers.dataset("empty").shape == [0, 3])
  }

  @Test("A compressed grid is read, also through a soft link")
  func grid() throws {
    let expected = (0..<35).map { Int32($0) }
    let grid = try root().dataset("grid")
    #expect(grid.shape == [5, 7])
    #expect(grid.chunk == [2, 3])
    #expect(try grid.readAll(Int32.self) == expected)
    #expect(try root().dataset("link_to_grid").readAll(Int32.self) == expected)
    #expect(try grid.read(Int32.self, at: [1, 5], count: [3, 2]) == [12, 13, 19, 20, 26, 27])
  }

  @Test("Texts, loose ends and data in other files are refused")
  func refused() throws {
    let root = try root()
    #expect(throws: HDF5Error.self) { try root.dataset("texts").readAll(UInt8.self) }
    for name in ["dangling", "elsewhere", "virtual", "nowhere"] {
      #expect(throws: HDF5Error.self, "\(name)") { try root.dataset(name) }
    }
  }

  @Test("Attributes of every kind")
  func attributes() throws {
    let attributes = try root().attributes
    #expect(try attributes.value("text") == .text("größer"))
    #expect(try attributes.value("fixed") == .text("fixed"))
    #expect(try attributes.value("integer") == .integer(-5))
    #expect(try attributes.value("real") == .real(2.5))
    #expect(try attributes.value("floats") == .floats([1, 2]))
    #expect(try attributes.value("nothing") == nil)
    #expect(try attributes.value("texts") == .texts(["a", "b"]))
  }

  @Test("Attributes that were set are read")
  func ownAttributes() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let values: [String: HDF5AttributeValue] = [
      "text": .text("ä\n\"x\""), "none": .text(""), "integer": .integer(.min),
      "real": .real(-.infinity), "floats": .floats([.pi, -0.0]), "empty": .floats([]),
      "texts": .texts(["ä", "", "b\nc"]), "no texts": .texts([]),
    ]
    let dataset = try file.root().createDataset("d", of: .uint8, shape: [1])
    for (name, value) in values { try dataset.attributes.set(value, for: name) }
    try file.close()
    let again = try HDF5File.open(folder("a.h5")).root().dataset("d").attributes
    for (name, value) in values { #expect(try again.value(name) == value, "\(name)") }
  }
}
