import Foundation
import Testing

@testable import HDF5

@Suite("HDF5: chunks unpacked outside the library")
struct ChunkReaderTests {
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { index in
      let mixed = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 8
      return mixed & 1 == 0 ? 0 : Float(mixed % 1000) / 7
    }
  }

  private func write(
    _ shape: [Int], chunk: [Int], _ codec: HDF5Codec, to url: URL
  ) throws -> HDF5Dataset {
    let file = try HDF5File.create(url)
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: shape, storage: .chunked(chunk, codec))
    try HDF5ChunkWriter(dataset, threads: 2).write(values(shape.reduce(1, *)), at: 0)
    try file.close()
    return try HDF5File.open(url).root().dataset("a")
  }

  @Test(
    "every element of every chunk is what the library reads, at the ends too",
    arguments: [
      HDF5Codec.none, .deflate(level: 1, shuffle: true), .deflate(level: 6, shuffle: false),
    ], [1, 2, 5])
  func elements(codec: HDF5Codec, threads: Int) throws {
    let folder = try TemporaryFolder()
    let (shape, chunk) = ([10, 12, 2], [4, 3, 2])
    let dataset = try write(shape, chunk: chunk, codec, to: folder("a.h5"))
    #expect(HDF5ChunkReader.canRead(dataset))
    let offsets = stride(from: 0, to: 10, by: 4).flatMap { row in
      stride(from: 0, to: 12, by: 3).map { [row, $0, 0] }
    }
    let chunks = try HDF5ChunkReader.read(
      offsets.map { HDF5ChunkPlace(dataset, at: $0) }, threads: threads)
    for (offset, elements) in zip(offsets, chunks) {
      #expect(elements.count == 24)
      let rows = min(4, 10 - offset[0])
      #expect(
        Array(elements.prefix(rows * 6))
          == (try dataset.read(Float.self, at: offset, count: [rows, 3, 2])))
    }
  }

  @Test("a chunk that deflate left as it is; one that was never written is an error")
  func skipped() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: [512], storage: .chunked([256], deflate: 1))
    var stream: UInt64 = 1
    let noise = (0..<256).map { _ -> Float in
      stream = stream &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(bitPattern: UInt32(stream >> 32) & 0xbfff_ffff)
    }
    try HDF5ChunkWriter(dataset, threads: 1).write(noise, at: 0)
    try file.close()
    let read = try HDF5File.open(folder("a.h5")).root().dataset("a")
    let chunks = try HDF5ChunkReader.read([HDF5ChunkPlace(read, at: [0])], threads: 2)
    #expect(chunks[0].map(\.bitPattern) == noise.map(\.bitPattern))
    #expect(throws: HDF5Error.self) {
      try HDF5ChunkReader.read(
        [HDF5ChunkPlace(read, at: [0]), HDF5ChunkPlace(read, at: [256])], threads: 2)
    }
  }

  @Test("other types, and what is not chunked, are left to the library")
  func refused() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let root = try file.root()
    #expect(
      !HDF5ChunkReader.canRead(try root.createDataset("block", of: .float32, shape: [4])))
    let doubles = try root.createDataset(
      "doubles", of: .float64, shape: [4], storage: .chunked([2]))
    #expect(!HDF5ChunkReader.canRead(doubles))
    #expect(throws: HDF5Error.self) {
      try HDF5ChunkReader.read([HDF5ChunkPlace(doubles, at: [0])], threads: 1)
    }
    try file.close()
  }

  @Test("bytes changed in the file: an error or other numbers, but no crash, in every place")
  func damaged() throws {
    let folder = try TemporaryFolder()
    let dataset = try write(
      [64, 8, 2], chunk: [32, 4, 2], .deflate(level: 1, shuffle: true), to: folder("whole.h5"))
    let expected = try dataset.readAll(Float.self)
    let whole = [UInt8](try Data(contentsOf: folder("whole.h5")))
    var refused = 0
    for index in stride(from: 512, to: whole.count, by: 41) {
      var bytes = whole
      bytes[index] ^= 0x55
      try Data(bytes).write(to: folder("a.h5"))
      do {
        let dataset = try HDF5File.open(folder("a.h5")).root().dataset("a")
        guard HDF5ChunkReader.canRead(dataset), dataset.chunk == [32, 4, 2] else { continue }
        let chunk = try HDF5ChunkReader.read(
          [HDF5ChunkPlace(dataset, at: [32, 4, 0])], threads: 1)[0]
        #expect(chunk.count == 256)
      } catch { refused += 1 }
    }
    #expect(refused > 0)
    #expect(expected == values(expected.count))
  }
}
