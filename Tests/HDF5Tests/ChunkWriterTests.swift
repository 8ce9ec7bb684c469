import Foundation
import HDF5
import Testing

@Suite("HDF5: chunks compressed outside the library")
struct ChunkWriterTests {
  /// Numbers of which half are zero, as activations are.
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { index in
      let mixed = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 8
      return mixed & 1 == 0 ? 0 : Float(mixed % 1000) / 7
    }
  }

  private struct Layout {
    let shape: [Int]
    let chunk: [Int]
  }

  private static let layouts = [
    Layout(shape: [10], chunk: [4]), Layout(shape: [7, 3, 2], chunk: [3, 3, 2]),
    Layout(shape: [5, 6, 4, 4], chunk: [1, 2, 4, 4]), Layout(shape: [3, 2], chunk: [3, 2]),
    Layout(shape: [4, 5, 64, 64], chunk: [1, 5, 64, 64]),
    Layout(shape: [7, 6, 2], chunk: [3, 2, 2]), Layout(shape: [4, 4], chunk: [2, 1]),
  ]
  private static let codecs: [HDF5Codec] = [
    .none, .deflate(level: 1, shuffle: true), .deflate(level: 6, shuffle: false), .relu,
  ]

  /// Writes rows in steps of `step`; returns the file.
  private func write(
    _ layout: Layout, _ codec: HDF5Codec, threads: Int, step: Int, backwards: Bool = false,
    to url: URL
  ) throws {
    let file = try HDF5File.create(url)
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: layout.shape, storage: .chunked(layout.chunk, codec))
    let writer = try HDF5ChunkWriter(dataset, threads: threads)
    let row = layout.shape.dropFirst().reduce(1, *)
    let values = values(layout.shape.reduce(1, *))
    var starts = Array(stride(from: 0, to: layout.shape[0], by: step))
    if backwards { starts.reverse() }
    for start in starts {
      let end = min(start + step, layout.shape[0])
      try writer.write(Array(values[start * row..<end * row]), at: start)
    }
    try file.close()
  }

  @Test("the library reads what was written, in whatever steps it came")
  func reads() throws {
    let folder = try TemporaryFolder()
    for (number, layout) in Self.layouts.enumerated() {
      for (index, codec) in Self.codecs.enumerated() {
        for step in 1...layout.shape[0] {
          for backwards in [false, true] {
            let url = folder("\(number)-\(index)-\(step)-\(backwards).h5")
            try write(layout, codec, threads: 2, step: step, backwards: backwards, to: url)
            let dataset = try HDF5File.open(url).root().dataset("a")
            #expect(dataset.codec == codec)
            #expect(try dataset.readAll(Float.self) == values(dataset.count))
          }
        }
      }
    }
  }

  @Test("the bytes of the file are the same for any number of threads")
  func threads() throws {
    let folder = try TemporaryFolder()
    let layout = Layout(shape: [300, 4, 16, 16], chunk: [1, 2, 16, 16])
    var files: Set<Data> = []
    for threads in [1, 2, 3, 8] {
      let url = folder("\(threads).h5")
      try write(layout, .deflate(level: 1, shuffle: true), threads: threads, step: 32, to: url)
      files.insert(try Data(contentsOf: url))
    }
    #expect(files.count == 1)
  }

  @Test("a chunk that deflate would make longer is stored as it is")
  func incompressible() throws {
    let folder = try TemporaryFolder()
    var state: UInt64 = 1
    let noise: [Float] = (0..<4096).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(bitPattern: UInt32(truncatingIfNeeded: state >> 32) & 0xbfff_ffff)
    }
    for shuffle in [true, false] {
      let file = try HDF5File.create(folder("\(shuffle).h5"))
      let dataset = try file.root().createDataset(
        "a", of: .float32, shape: [4096], storage: .chunked([1024], shuffle: shuffle))
      try HDF5ChunkWriter(dataset, threads: 2).write(noise, at: 0)
      try file.flush()
      #expect(try dataset.storedBytes() <= 4 * 4096)
      #expect(try dataset.readAll(Float.self) == noise)
    }
  }

  @Test("bitmaps of few bits come near their entropy, and are read as deflate")
  func sparseBitmaps() throws {
    let folder = try TemporaryFolder()
    var state: UInt64 = 7
    let share = 0.005
    let count = 1 << 20
    var bitmap = [UInt8](repeating: 0, count: count / 8)
    for bit in 0..<count {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      if Double(state >> 11) / 0x1p53 < share { bitmap[bit / 8] |= 1 << (bit % 8) }
    }
    let file = try HDF5File.create(folder("a.h5"))
    var bytes: [Double] = []
    for runsOnly in [true, false] {
      let dataset = try file.root().createDataset(
        "\(runsOnly)", of: .uint8, shape: [bitmap.count],
        storage: .chunked([1 << 15], shuffle: false))
      try HDF5ChunkWriter(dataset, threads: 2, looksForRunsOnly: runsOnly).write(bitmap, at: 0)
      try file.flush()
      #expect(dataset.codec == .deflate(level: 1, shuffle: false))
      #expect(try dataset.readAll(UInt8.self) == bitmap)
      bytes.append(Double(try dataset.storedBytes()))
    }
    // Bits at random are the worst case: those of activations lie side by side.
    let entropy = -share * log2(share) - (1 - share) * log2(1 - share)
    #expect(bytes[0] < bytes[1] && bytes[0] < 1.6 * entropy * Double(count) / 8, "\(bytes)")
  }

  @Test("rows that are none of the dataset are refused")
  func refuses() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: [4, 3], storage: .chunked([2, 3]))
    let writer = try HDF5ChunkWriter(dataset, threads: 1)
    #expect(throws: HDF5Error.self) { try writer.write([Float](repeating: 0, count: 4), at: 0) }
    #expect(throws: HDF5Error.self) { try writer.write([Float](repeating: 0, count: 6), at: 3) }
    #expect(throws: HDF5Error.self) { try writer.write([UInt8](repeating: 0, count: 12), at: 0) }
    let uneven = try file.root().createDataset(
      "b", of: .float32, shape: [4, 3], storage: .chunked([2, 2]))
    #expect(throws: HDF5Error.self) { try HDF5ChunkWriter(uneven, threads: 1) }
    let plain = try file.root().createDataset("c", of: .float32, shape: [4])
    #expect(throws: HDF5Error.self) { try HDF5ChunkWriter(plain, threads: 1) }
  }
}
