import Foundation
import Synchronization
import Testing

@testable import HDF5

@Suite("HDF5: chunks decoded outside the library")
struct ParallelReadTests {
  private static let codecs: [HDF5Codec] = [
    .none, .deflate(level: 1, shuffle: true), .deflate(level: 4, shuffle: false), .relu,
  ]

  /// Of `count` numbers two thirds are zero; some have bits that no arithmetic would keep.
  private func values(_ count: Int) -> [Float] {
    (0..<count).map { index in
      let mixed = UInt32(truncatingIfNeeded: index) &* 2_654_435_761 >> 7
      switch mixed % 61 {
      case 0: return Float(bitPattern: 0x7fc1_2345)
      case 1: return -0.0
      case 2..<41: return 0
      default: return Float(mixed % 1000) / 7
      }
    }
  }

  private func dataset(
    _ folder: TemporaryFolder, shape: [Int], chunk: [Int], _ codec: HDF5Codec
  ) throws -> HDF5Dataset {
    let url = folder("\(UUID().uuidString).h5")
    let file = try HDF5File.create(url)
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: shape, storage: .chunked(chunk, codec))
    let isOfRows = chunk.dropFirst() == shape.dropFirst()
    if isOfRows {
      try HDF5ChunkWriter(dataset, threads: 3).write(values(dataset.count), at: 0)
    } else {
      // The library's own pipeline, with the filter that was registered.
      try dataset.write(values(dataset.count))
    }
    try file.close()
    return try HDF5File.open(url).root().dataset("a")
  }

  private func patterns(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test("what both read is the same, whatever the box, the chunk and the codec")
  func boxes() throws {
    let folder = try TemporaryFolder()
    let layouts: [(shape: [Int], chunk: [Int])] = [
      ([9, 6, 5, 4], [1, 3, 5, 4]), ([9, 6, 5, 4], [4, 6, 5, 4]), ([30], [7]),
      ([8, 7], [3, 7]), ([5, 6, 7], [2, 5, 3]),
    ]
    for layout in layouts {
      for codec in Self.codecs {
        let dataset = try dataset(folder, shape: layout.shape, chunk: layout.chunk, codec)
        #expect(dataset.codec == codec)
        let whole = values(dataset.count)
        #expect(try patterns(dataset.readAll(Float.self)) == patterns(whole))
        let rank = layout.shape.count
        var starts = [[Int](repeating: 0, count: rank)]
        var counts = [layout.shape]
        for step in 0..<12 {
          let start = (0..<rank).map { (step * 5 + $0 * 3) % layout.shape[$0] }
          starts.append(start)
          counts.append((0..<rank).map { 1 + (step + $0) % (layout.shape[$0] - start[$0]) })
        }
        // Alone, and all of them in one call.
        var boxes: [HDF5Box] = []
        var expected: [Float] = []
        for (start, count) in zip(starts, counts) {
          let part = try dataset.read(Float.self, at: start, count: count)
          var found = [Float](repeating: -1, count: part.count)
          for threads in [1, 3] {
            try found.withUnsafeMutableBufferPointer { target in
              try dataset.read(
                into: target, boxes: [HDF5Box(at: start, count: count)], threads: threads)
            }
            #expect(patterns(found) == patterns(part), "\(layout) \(codec) \(start) \(count)")
          }
          boxes.append(HDF5Box(at: start, count: count, offset: expected.count))
          expected += part
        }
        var found = [Float](repeating: -1, count: expected.count)
        try found.withUnsafeMutableBufferPointer { target in
          try dataset.read(into: target, boxes: boxes, threads: 2)
        }
        #expect(patterns(found) == patterns(expected), "\(layout) \(codec)")
      }
    }
  }

  @Test("every element is handed on once")
  func stretches() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(folder, shape: [6, 4, 3, 3], chunk: [1, 2, 3, 3], .relu)
    let times = Mutex([Int](repeating: 0, count: 4 * 3 * 9))
    try dataset.forEachStretch(
      of: [HDF5Box(at: [1, 1, 0, 0], count: [4, 3, 3, 3])], as: Float.self, threads: 4
    ) { elements, offset in
      times.withLock { times in
        for index in elements.indices { times[offset + index] += 1 }
      }
    }
    #expect(times.withLock { $0 }.allSatisfy { $0 == 1 })
  }

  @Test("chunks that were never written are zeros, and other number types are converted")
  func fallback() throws {
    let folder = try TemporaryFolder()
    let url = folder("sparse.h5")
    let file = try HDF5File.create(url)
    let sparse = try file.root().createDataset(
      "sparse", of: .float32, shape: [6, 4], storage: .chunked([2, 4], .relu))
    try sparse.write([Float](repeating: 3, count: 8), at: [2, 0], count: [2, 4])
    let halves = try file.root().createDataset(
      "halves", of: .float16, shape: [6, 4], storage: .chunked([2, 4], .relu))
    try halves.write((0..<24).map { Float16($0 % 3) })
    try file.close()
    let root = try HDF5File.open(url).root()
    for (name, expected) in [
      ("sparse", (0..<24).map { Float(8..<16 ~= $0 ? 3 : 0) }),
      ("halves", (0..<24).map { Float($0 % 3) }),
    ] {
      let dataset = try root.dataset(name)
      var found = [Float](repeating: -1, count: 24)
      try found.withUnsafeMutableBufferPointer { target in
        try dataset.read(into: target, boxes: [HDF5Box(at: [0, 0], count: [6, 4])], threads: 2)
      }
      #expect(found == expected)
    }
  }

  @Test("a chunk whose bytes are not those of a chunk is an error, of the library and beside it")
  func damage() throws {
    let folder = try TemporaryFolder()
    for codec in Self.codecs.dropFirst() {
      for mode in 0..<3 {
        let url = folder("\(UUID().uuidString).h5")
        let file = try HDF5File.create(url)
        let dataset = try file.root().createDataset(
          "a", of: .float32, shape: [4, 1000], storage: .chunked([1, 1000], codec))
        var encoder = ChunkEncoder(codec, elementSize: 4, looksForRunsOnly: false)
        let values = values(1000)
        let good = try #require(values.withUnsafeBytes { encoder.encode($0) })
        let bad =
          switch mode {
          case 0: EncodedChunk(bytes: Array(good.bytes.dropLast(5)), skippedFilters: 0)
          // The bytes as they are, under a mask that says otherwise, and the other way round.
          case 1: EncodedChunk(bytes: values.withUnsafeBytes { Array($0) }, skippedFilters: 0)
          default: EncodedChunk(bytes: good.bytes, skippedFilters: 3)
          }
        for row in 0..<4 { try dataset.writeChunk(row == 2 ? bad : good, at: [row, 0]) }
        try file.close()
        let read = try HDF5File.open(url).root().dataset("a")
        var found = [Float](repeating: 0, count: 4000)
        #expect(throws: HDF5Error.self, "\(codec) \(mode)") {
          try found.withUnsafeMutableBufferPointer { target in
            try read.read(
              into: target, boxes: [HDF5Box(at: [0, 0], count: [4, 1000])], threads: 2)
          }
        }
        if mode < 2 {
          #expect(throws: HDF5Error.self, "\(codec) \(mode)") { try read.readAll(Float.self) }
        }
        // The chunks beside it can be read.
        var rest = [Float](repeating: 0, count: 2000)
        try rest.withUnsafeMutableBufferPointer { target in
          try read.read(into: target, boxes: [HDF5Box(at: [0, 0], count: [2, 1000])], threads: 2)
        }
        #expect(patterns(rest) == patterns(values + values))
      }
    }
  }

  @Test("a box outside the dataset or the memory is an error")
  func outside() throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(folder, shape: [4, 6], chunk: [1, 6], .relu)
    var target = [Float](repeating: 0, count: 12)
    for box in [
      HDF5Box(at: [3, 0], count: [2, 6]), HDF5Box(at: [0, 0], count: [2, 6], offset: 1),
      HDF5Box(at: [0, 0], count: [1, 6], offset: -1), HDF5Box(at: [0], count: [1]),
      HDF5Box(at: [-1, 0], count: [1, 6]),
    ] {
      #expect(throws: HDF5Error.self) {
        try target.withUnsafeMutableBufferPointer { target in
          try dataset.read(into: target, boxes: [box], threads: 2)
        }
      }
    }
  }

  @Test("elements of other sizes have no such codec")
  func sizes() throws {
    let folder = try TemporaryFolder()
    let root = try HDF5File.create(folder("a.h5")).root()
    for type in [HDF5ElementType.uint8, .int64, .float64] {
      #expect(throws: HDF5Error.self) {
        try root.createDataset(
          "\(type)", of: type, shape: [4], storage: .chunked([2], .relu))
      }
    }
  }

  @Test("a chunk without zeros stands as it is")
  func stored() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let dataset = try file.root().createDataset(
      "a", of: .float32, shape: [2, 1024], storage: .chunked([1, 1024], .relu))
    let dense = (0..<1024).map { Float($0) - 511.5 }
    let values = dense + dense.map { max(0, $0) }
    try HDF5ChunkWriter(dataset, threads: 1).write(values, at: 0)
    try file.flush()
    // Head, summary and bytes of the bitmap, half of which are zero; 28 bits a value.
    #expect(try dataset.storedBytes() == 4096 + 16 + 16 + 64 + 512 * 7 / 2)
    #expect(try dataset.readAll(Float.self) == values)
  }
}
