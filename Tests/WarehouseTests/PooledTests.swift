import Foundation
import HDF5
import Testing

@testable import Warehouse

@Suite("Pooled arrays: by sample and by channel")
struct PooledTests {
  @Test("a chunk is up to 256 samples by a divisor of the channels, or whole rows")
  func shapes() {
    let shape = { ChunkShape.pooled(of: $0, elementSize: 4) }
    #expect(shape([256, 512, 2]) == [256, 32, 2])
    #expect(shape([4_096, 64, 2]) == [256, 32, 2])
    #expect(shape([256, 4_096, 2]) == [256, 32, 2])
    #expect(shape([48, 512, 2]) == [48, 128, 2])
    // Whatever fits is one chunk.
    #expect(shape([3, 512, 2]) == [3, 512, 2])
    #expect(shape([256, 7, 2]) == [256, 7, 2])
    // 509 is a prime: rows of 4,072 bytes, 64 of them in 256 KiB.
    #expect(shape([256, 509, 2]) == [64, 509, 2])
  }

  /// A file with pooled numbers of a known function, in chunks of a shape.
  private func dataset(_ chunk: [Int], in folder: TemporaryFolder) throws -> HDF5Dataset {
    let shape = [70, 24, 2]
    let file = try HDF5File.create(folder("a.h5"))
    let dataset = try file.root().createDataset(
      "pooled", of: .float32, shape: shape, storage: .chunked(chunk))
    let values = (0..<70 * 24 * 2).map { Float($0) }
    try HDF5ChunkWriter(dataset, threads: 1).write(values, at: 0)
    try file.close()
    return try HDF5File.open(folder("a.h5")).root().dataset("pooled")
  }

  @Test(
    "any rows and channels come from chunks of the old shape, of the new one, and of others",
    arguments: [[32, 24, 2], [70, 8, 2], [70, 24, 2], [1, 12, 2], [7, 3, 2]],
    [0..<24, 5..<6, 7..<17])
  func chunks(chunk: [Int], channels: Range<Int>) throws {
    let folder = try TemporaryFolder()
    let dataset = try dataset(chunk, in: folder)
    let store = try Example.store(in: folder)
    defer { try? store.close() }
    // Two runs of one array, and a row twice.
    let runs = [(3..<66, 0), (69..<70, 63), (3..<4, 64)]
    var values = [Float](repeating: -1, count: 65 * channels.count * 2)
    let rest = try store.readChunks(
      of: runs.map { Store.PooledRun(dataset: dataset, rows: $0.0, target: $0.1) },
      channels: channels, into: &values)
    #expect(rest.isEmpty)
    let expected = runs.flatMap { run in
      run.0.flatMap { row in
        channels.flatMap { channel in (0..<2).map { Float((row * 24 + channel) * 2 + $0) } }
      }
    }
    #expect(values == expected)
  }

  @Test("what has no chunks is left to be read otherwise")
  func otherwise() throws {
    let folder = try TemporaryFolder()
    let file = try HDF5File.create(folder("a.h5"))
    let dataset = try file.root().createDataset("pooled", of: .float32, shape: [4, 3, 2])
    let store = try Example.store(in: folder)
    defer { try? store.close() }
    var values = [Float](repeating: 0, count: 24)
    let rest = try store.readChunks(
      of: [Store.PooledRun(dataset: dataset, rows: 0..<4, target: 0)], channels: 0..<3,
      into: &values)
    #expect(rest.count == 1)
    try file.close()
  }

  @Test("a segment of many samples and channels is stored in the new shape and read back whole")
  func stored() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    defer { try? store.close() }
    let faces = try Example.addFaces(to: store, count: 300)
    let value = { (position: Int, channel: Int, part: Int) in
      Float(position * 1_000 + channel * 2 + part)
    }
    try store.writeSegment(Example.description(dataset: faces, count: 300)) { writer in
      let pooled = try writer.pooled(layer: "conv", key: Example.key, channels: 64)
      for start in stride(from: 0, to: 300, by: 37) {
        let rows = start..<min(300, start + 37)
        try pooled.write(
          rows.flatMap { row in
            (0..<64).flatMap { channel in (0..<2).map { value(row, channel, $0) } }
          }, at: start)
      }
    }
    let file = try HDF5File.open(
      folder("w").appending(path: "arrays/faces/emotion-0123456789ab-00000000.h5"))
    #expect(try file.root().dataset("layers/conv/pooled").chunk == [256, 32, 2])
    for (positions, channels) in [
      (Array(0..<300), 0..<64), (Array(250..<262), 31..<33), ([299, 0, 255, 256], 63..<64),
    ] {
      let rows = try store.read(
        key: Example.key, tier: .pooled, dataset: faces, positions: positions, channels: channels)
      #expect(rows.rowShape == [channels.count, 2])
      #expect(
        rows.values
          == positions.flatMap { position in
            channels.flatMap { channel in (0..<2).map { value(position, channel, $0) } }
          })
    }
  }
}
