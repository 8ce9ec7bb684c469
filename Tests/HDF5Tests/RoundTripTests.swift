import Foundation
import HDF5
import Testing

@Suite("HDF5: what is written is read")
struct RoundTripTests {
  /// Writes values, closes, opens and reads them again, under each storage.
  private func roundTrip<Element: HDF5Element>(_ values: [Element]) throws -> [[Element]] {
    let folder = try TemporaryFolder()
    let storages: [HDF5Storage] = [
      .contiguous, .chunked([values.count]), .chunked([1], deflate: nil, shuffle: false),
      .chunked([2], deflate: 9, shuffle: false),
    ]
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    for (index, storage) in storages.enumerated() {
      try root.createDataset(
        "\(index)", of: Element.elementType, shape: [values.count], storage: storage
      ).write(values)
    }
    try file.close()
    let again = try HDF5File.open(folder("a.h5")).root()
    return try storages.indices.map { try again.dataset("\($0)").readAll(Element.self) }
  }

  @Test("float32 and float64 keep their bits, also those of NaN")
  func floats() throws {
    let floats = [
      0, -0.0, 1, .pi, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
      Float(bitPattern: 0x7fc0_1234), Float(bitPattern: 0xffc0_0001),
    ]
    for read in try roundTrip(floats) {
      #expect(read.map(\.bitPattern) == floats.map(\.bitPattern))
    }
    let doubles = [
      0, -0.0, 1 / 3, .infinity, .leastNonzeroMagnitude, Double(bitPattern: 0x7ff8_0000_0000_1234),
    ]
    for read in try roundTrip(doubles) {
      #expect(read.map(\.bitPattern) == doubles.map(\.bitPattern))
    }
  }

  @Test("float16 keeps every one of its 65,536 bit patterns")
  func halves() throws {
    let halves = (0...UInt16.max).map { Float16(bitPattern: $0) }
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    try file.root().createDataset(
      "h", of: .float16, shape: [halves.count], storage: .chunked([4096])
    ).write(halves)
    try file.close()
    let dataset = try HDF5File.open(folder("a.h5")).root().dataset("h")
    #expect(dataset.elementType == .float16)
    #expect(try dataset.readAll(Float16.self).map(\.bitPattern) == halves.map(\.bitPattern))
  }

  @Test("integers keep their extremes")
  func integers() throws {
    let bytes: [UInt8] = [0, 1, 127, 128, 255]
    for read in try roundTrip(bytes) { #expect(read == bytes) }
    let ints: [Int32] = [.min, -1, 0, 1, .max]
    for read in try roundTrip(ints) { #expect(read == ints) }
    let longs: [Int64] = [.min, -1, 0, 1, .max]
    for read in try roundTrip(longs) { #expect(read == longs) }
  }

  @Test(
    "Every box of a small array is written and read where it belongs", arguments: [true, false])
  func boxes(isChunked: Bool) throws {
    let folder = try TemporaryFolder()
    let shape = [3, 4, 2]
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    var expected = (0..<24).map { Int32($0) }
    let dataset = try root.createDataset(
      "a", of: .int32, shape: shape, storage: isChunked ? .chunked([2, 2, 2]) : .contiguous)
    try dataset.write(expected)
    var next: Int32 = 100
    for (a, b, c) in triples(shape) {
      for (x, y, z) in triples([shape[0] - a + 1, shape[1] - b + 1, shape[2] - c + 1]) {
        let indices = triples([x, y, z]).map { ((a + $0) * 4 + b + $1) * 2 + c + $2 }
        let box = try dataset.read(Int32.self, at: [a, b, c], count: [x, y, z])
        #expect(box == indices.map { expected[$0] }, "box \([x, y, z]) at \([a, b, c])")
        let values = indices.map { _ in
          next += 1
          return next
        }
        try dataset.write(values, at: [a, b, c], count: [x, y, z])
        for (index, value) in zip(indices, values) { expected[index] = value }
      }
    }
    #expect(try dataset.readAll(Int32.self) == expected)
  }

  @Test("An array without elements is kept with its shape")
  func empty() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    try file.root().createDataset("e", of: .float32, shape: [0, 5]).write([Float]())
    try file.close()
    let dataset = try HDF5File.open(folder("a.h5")).root().dataset("e")
    #expect(dataset.shape == [0, 5])
    #expect(try dataset.readAll(Float.self).isEmpty)
  }

  @Test("The same contents are the same bytes")
  func repeatable() throws {
    let folder = try TemporaryFolder()
    for name in ["a.h5", "b.h5"] {
      let file = try HDF5File.create(folder(name))
      let root = try file.root()
      try root.createGroup("x/y").attributes.set(.text("t"), for: "name")
      try root.createDataset("x/d", of: .float32, shape: [100], storage: .chunked([10]))
        .write((0..<100).map { Float($0) })
      try file.close()
      // Longer than the resolution of HDF5's time stamps, which must not be there.
      Thread.sleep(forTimeInterval: 1.1)
    }
    #expect(try Data(contentsOf: folder("a.h5")) == Data(contentsOf: folder("b.h5")))
  }

  @Test("Groups list their members in order and know what they contain")
  func members() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    for name in ["b", "a/c/d", "ü"] { _ = try root.createGroup(name) }
    _ = try root.createDataset("a/set", of: .uint8, shape: [1])
    #expect(try root.members() == ["a", "b", "ü"])
    #expect(try root.group("a").members() == ["c", "set"])
    #expect(try root.contains("a/c/d"))
    #expect(try root.group("a").contains("c"))
    #expect(try !root.contains("a/x/d"))
    #expect(try !root.contains("a/set/x"))
  }

  @Test("storedBytes counts what compression left")
  func storedBytes() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    let plain = try root.createDataset("p", of: .float32, shape: [10_000])
    try plain.write([Float](repeating: 1, count: 10_000))
    let packed = try root.createDataset(
      "c", of: .float32, shape: [10_000], storage: .chunked([10_000]))
    try packed.write([Float](repeating: 1, count: 10_000))
    try file.flush()
    #expect(try plain.storedBytes() == 40_000)
    #expect((1..<1000).contains(try packed.storedBytes()))
  }

  @Test("Many threads use the library at once")
  func threads() throws {
    let folder = try TemporaryFolder()
    let url = folder.url
    DispatchQueue.concurrentPerform(iterations: 16) { index in
      do {
        let target = url.appending(path: "\(index).h5")
        let file = try HDF5File.create(target)
        let values = (0..<1000).map { Int32($0 * index) }
        try file.root().createDataset("d", of: .int32, shape: [1000], storage: .chunked([10]))
          .write(values)
        try file.close()
        let read = try HDF5File.open(target).root().dataset("d").readAll(Int32.self)
        #expect(read == values)
        // A failure on one thread must not show on another.
        #expect(throws: HDF5Error.self) { try HDF5File.open(url.appending(path: "no.h5")) }
      } catch {
        Issue.record(error)
      }
    }
  }
}

/// All triples of indices below three extents, the last running fastest.
private func triples(_ extents: [Int]) -> [(Int, Int, Int)] {
  (0..<extents[0]).flatMap { a in
    (0..<extents[1]).flatMap { b in (0..<extents[2]).map { (a, b, $0) } }
  }
}
