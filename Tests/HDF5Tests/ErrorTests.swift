import Foundation
import HDF5
import Testing

@Suite("HDF5: what goes wrong is said")
struct ErrorTests {
  private func failure(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test("A file is made only where nothing is")
  func exclusive() throws {
    let folder = try TemporaryFolder()
    try HDF5File.create(folder("a.h5")).close()
    let text = failure { _ = try HDF5File.create(folder("a.h5")) }
    #expect(text.contains("a.h5: cannot create the file"))
    #expect(text.contains("exists"))
  }

  @Test("A missing file, a folder and a text are told apart from HDF5")
  func open() throws {
    let folder = try TemporaryFolder()
    #expect(failure { _ = try HDF5File.open(folder("no.h5")) }.contains("No such file"))
    try Data("plain text".utf8).write(to: folder("t.h5"))
    #expect(failure { _ = try HDF5File.open(folder("t.h5")) }.contains("file signature not found"))
    #expect(throws: HDF5Error.self) { try HDF5File.open(folder.url) }
  }

  @Test("A truncated file fails to open or to read, at every length")
  func truncated() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    try file.root().createDataset("d", of: .float32, shape: [256], storage: .chunked([64]))
      .write([Float](repeating: .pi, count: 256))
    try file.close()
    let whole = try Data(contentsOf: folder("a.h5"))
    for length in stride(from: 0, to: whole.count, by: 101) {
      try whole.prefix(length).write(to: folder("b.h5"))
      #expect(throws: HDF5Error.self, "\(length) bytes") {
        try HDF5File.open(folder("b.h5")).root().dataset("d").readAll(Float.self)
      }
    }
  }

  @Test("Boxes outside the array, and values that do not fill them, are refused")
  func boxes() throws {
    let folder = try TemporaryFolder()
    let dataset = try HDF5File.create(folder("a.h5")).root().createDataset(
      "d", of: .float32, shape: [4, 3])
    let boxes = [
      ([0, 0], [5, 3]), ([-1, 0], [1, 1]), ([4, 0], [1, 1]), ([0, 0], [4]), ([0, 3], [1, 1]),
      ([0, 0], [1, -1]), ([Int.max, 0], [1, 1]), ([1, 0], [Int.max, 1]),
    ]
    for (start, count) in boxes {
      let text = failure { _ = try dataset.read(Float.self, at: start, count: count) }
      #expect(text.contains("does not lie within the shape [4, 3]"), "\(start) \(count)")
    }
    #expect(
      failure { try dataset.write([Float](), at: [0, 0], count: [1, 1]) }.contains("0 values"))
    #expect(failure { _ = try dataset.readAll(Float.self, limit: 11) }.contains("more than 11"))
    var short = [Float](repeating: 0, count: 5)
    #expect(throws: HDF5Error.self) {
      try dataset.read(into: &short, offset: 3, at: [0, 0], count: [1, 3])
    }
  }

  @Test("Shapes and chunks that cannot be are refused")
  func shapes() throws {
    let folder = try TemporaryFolder()
    let root = try HDF5File.create(folder("a.h5")).root()
    let bad: [([Int], HDF5Storage)] = [
      ([], .contiguous), ([-1], .contiguous), ([Int.max, 4], .contiguous), ([4], .chunked([5])),
      ([4], .chunked([0])), ([4, 4], .chunked([2])), ([4], .chunked([2], deflate: 10)),
    ]
    for (shape, storage) in bad {
      #expect(throws: HDF5Error.self, "\(shape) \(storage)") {
        try root.createDataset("d", of: .uint8, shape: shape, storage: storage)
      }
    }
  }

  @Test("A closed file refuses everything and stays closed")
  func closed() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    let dataset = try root.createDataset("d", of: .uint8, shape: [1])
    try file.close()
    try file.close()
    #expect(failure { try dataset.write([UInt8(1)]) }.contains("the file has been closed"))
    #expect(failure { _ = try root.members() }.contains("the file has been closed"))
    #expect(failure { _ = try file.root() }.contains("the file has been closed"))
    #expect(throws: HDF5Error.self) { try dataset.attributes.value("a") }
  }

  @Test("A name is taken once, a group is no dataset, a dataset no group")
  func names() throws {
    let folder = try TemporaryFolder()
    let root = try HDF5File.create(folder("a.h5")).root()
    _ = try root.createDataset("d", of: .uint8, shape: [1])
    _ = try root.createGroup("g")
    #expect(throws: HDF5Error.self) { try root.createDataset("d", of: .uint8, shape: [1]) }
    #expect(throws: HDF5Error.self) { try root.createGroup("g") }
    #expect(failure { _ = try root.group("d") }.contains("it is no group"))
    #expect(failure { _ = try root.dataset("g") }.contains("it is no dataset"))
    #expect(failure { _ = try root.dataset("x/y") }.contains("/x/y: cannot open the dataset"))
    try root.attributes.set(.integer(1), for: "a")
    #expect(throws: HDF5Error.self) { try root.attributes.set(.integer(2), for: "a") }
  }
}
