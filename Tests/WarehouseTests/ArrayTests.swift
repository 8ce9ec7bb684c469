import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Arrays: what is stored is read")
struct ArrayTests {
  @Test("pooled rows come back in any order, across segments")
  func pooled() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    for (first, count) in [(0, 4), (4, 4), (8, 2)] {
      try Example.addPooled(to: store, dataset: faces, first: first, count: count)
    }
    for positions in [Array(0..<10), [3, 4], [9], [7, 2, 2, 5, 6, 0], [1, 2, 5, 6]] {
      let rows = try store.read(
        key: Example.key, tier: .pooled, dataset: faces, positions: positions)
      #expect(rows.positions == positions)
      #expect(rows.rowShape == [3, 2])
      #expect(rows.values == positions.flatMap(Example.pooledRow))
    }
    let middle = try store.read(
      key: Example.key, tier: .pooled, dataset: faces, positions: 3..<6, channels: 1..<2)
    #expect(middle.rowShape == [1, 2])
    #expect(
      middle.values
        == (3..<6).flatMap { position in
          (0..<2).map { Example.pooled(position: position, channel: 1, statistic: $0) }
        })
  }

  @Test(
    "maps come back in each type, with the error that it allows", arguments: StoredType.allCases)
  func maps(type: StoredType) throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let shape = MapShape(channels: 2, height: 3, width: 5)
    let description = Example.description(dataset: faces)
    // Channel 0 like a ReLU's output, channel 1 around zero.
    let values: [Float] = (0..<300).map { index in
      let wave = Float(sin(Double(index)))
      return index / 15 % 2 == 0 ? max(0, wave) * 7 : wave * 3
    }
    if type == .bits {
      #expect(
        cause {
          try store.writeSegment(description) {
            _ = try $0.maps(layer: "c", key: Example.key, shape: shape, as: .bits)
          }
        } == .invalid)
      return
    }
    try store.writeSegment(description) { writer in
      let maps = try writer.maps(layer: "c", key: Example.key, shape: shape, as: type)
      for row in stride(from: 0, to: 10, by: 5) {
        try maps.write(Array(values[row * 30..<(row + 5) * 30]), at: row)
      }
    }
    let read = try store.read(key: Example.key, tier: .maps, dataset: faces, positions: 0..<10)
    #expect(read.rowShape == [2, 3, 5])
    #expect(read.values.count == values.count)
    for index in values.indices {
      let span: Float = index / 15 % 2 == 0 ? 7 : 6
      let allowed: Float =
        switch type {
        case .f16: abs(values[index]) * 0x1p-11
        case .u8: span / 255 / 2 * 1.001
        default: 0
        }
      let difference = abs(read.values[index] - values[index])
      #expect(difference <= allowed, "value \(index)")
    }
    let part = try store.read(
      key: Example.key, tier: .maps, dataset: faces, positions: [8, 1], channels: 1..<2)
    let second = [8, 1].flatMap { (row: Int) -> ArraySlice<Float> in
      let start = row * 30 + 15
      return read.values[start..<start + 15]
    }
    #expect(part.values == second)
  }

  @Test("Half precision refuses what it cannot hold, and keeps its specials")
  func halves() throws {
    let specials: [Float] = [0, -0.0, 65504, -65504, 0x1p-24, .infinity, -.infinity, 1]
    func encode(_ values: [Float]) throws -> [Float16] {
      try values.withUnsafeBufferPointer { try HalfPrecision.encode($0, subject: "a") }
    }
    #expect(try encode(specials).map { Float($0) } == specials)
    #expect(try encode([.nan])[0].isNaN)
    #expect(cause { _ = try encode([65520]) } == .invalid)
    // Ties to even: 2049 lies between 2048 and 2050.
    #expect(try encode([2049, 2051]) == [2048, 2052])
  }

  @Test("8-bit codes keep zero of a ReLU, constants and extremes")
  func codes() throws {
    let huge = Float.greatestFiniteMagnitude
    let values: [Float] = [0, 255, 51, 0, 7, 7, 7, 7, -huge, huge, 0, huge]
    let coded = try values.withUnsafeBufferPointer {
      try ChannelCodes.encode($0, positions: 4, subject: "a")
    }
    #expect(coded.codes == [0, 255, 51, 0, 0, 0, 0, 0, 0, 255, 128, 255])
    #expect(Array(coded.ranges.prefix(4)) == [0, 1, 7, 0])
    var back = [Float](repeating: 0, count: 12)
    // In parts that begin and end within a channel.
    coded.codes.withUnsafeBufferPointer { codes in
      back.withUnsafeMutableBufferPointer { back in
        for (first, end) in [(0, 3), (3, 10), (10, 12)] {
          ChannelCodes.decode(
            UnsafeBufferPointer(rebasing: codes[first..<end]), ranges: coded.ranges, positions: 4,
            into: back, at: first)
        }
      }
    }
    #expect(Array(back.prefix(8)) == Array(values.prefix(8)))
    for bad in [Float.nan, .infinity] {
      #expect(
        cause {
          try [bad].withUnsafeBufferPointer {
            _ = try ChannelCodes.encode($0, positions: 1, subject: "a")
          }
        } == .invalid)
    }
  }

  @Test("bits, inputs and masks come back as bytes")
  func bytes() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    let bits = (0..<10 * 2 * 2).map { UInt8($0 * 7 % 256) }
    try store.writeSegment(Example.description(dataset: faces, part: "bits")) { writer in
      let array = try writer.bits(
        layer: "c", key: Example.key, shape: MapShape(channels: 2, height: 3, width: 3),
        thresholds: [0.5, 1.5])
      try array.write(bytes: bits, at: 0)
    }
    let read = try store.readBytes(
      key: Example.key, tier: .bits, dataset: faces, positions: [9, 0])
    #expect(read.rowShape == [2, 2])
    #expect(read.values == Array(bits[36..<40]) + Array(bits[0..<4]))
    let one = try store.readBytes(
      key: Example.key, tier: .bits, dataset: faces, positions: [2], channels: 1..<2)
    #expect(one.values == Array(bits[10..<12]))

    try store.writeSegment(
      SegmentDescription(
        name: .inputs(dataset: "faces", key: Example.inputKey, first: 0), dataset: faces,
        first: 0, count: 10, model: nil, key: Example.inputKey, numerics: "", kernel: "")
    ) { writer in
      let inputs = try writer.inputs(height: 2, width: 3, channels: 1)
      try inputs.write(bytes: (0..<60).map { UInt8($0) }, at: 0)
      let ids = [writer.sampleIDs[2], writer.sampleIDs[5], writer.sampleIDs[6]]
      let masks = try writer.masks(au: 12, kind: .mask, sampleIDs: ids, height: 2, width: 3)
      for row in 0..<3 {
        try masks.write(bytes: [UInt8](repeating: UInt8(row), count: 6), at: row)
      }
      try writer.masks(au: 4, kind: .mask, sampleIDs: [ids[0]], height: 2, width: 3)
        .write(bytes: [1, 0, 0, 0, 0, 1], at: 0)
      try writer.masks(au: 12, kind: .region, sampleIDs: [ids[1]], height: 2, width: 3)
        .write(bytes: [0, 1, 0, 0, 0, 1], at: 0)
    }
    let inputs = try store.readBytes(
      key: Example.inputKey, tier: .inputs, dataset: faces, positions: 4..<5)
    #expect(inputs.rowShape == [2, 3, 1])
    #expect(inputs.values == [24, 25, 26, 27, 28, 29])
    func masks(_ au: Int, _ kind: MaskKind, _ positions: Range<Int>) throws -> StoredMasks {
      try store.readMasks(
        inputKey: Example.inputKey, dataset: faces, au: au, kind: kind, positions: positions)
    }
    let au12 = try masks(12, .mask, 3..<10)
    #expect(au12.positions == [5, 6])
    #expect(au12.rowShape == [2, 3])
    #expect(au12.values == [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    #expect(try masks(4, .mask, 0..<10).values == [1, 0, 0, 0, 0, 1])
    #expect(try masks(12, .region, 0..<10).positions == [5])
    #expect(try masks(4, .region, 0..<10) == StoredMasks(positions: [], rowShape: [], values: []))
    #expect(cause { _ = try masks(4, .mask, 5..<11) } == .notStored)
    let bytes = try store.catalogue.value(
      "SELECT bytes FROM stored_array WHERE tier = 'masks'"
    ).int
    #expect(try #require(bytes) > 0)
  }

  @Test("Named arrays come back by segment")
  func candidates() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    for first in [0, 5] {
      try store.writeSegment(
        Example.description(dataset: faces, first: first, count: 5, part: "candidates")
      ) { writer in
        let candidates = try writer.candidates(layer: "a/b", key: Example.key)
        let twos = [Float](repeating: 2, count: first + 1)
        try candidates.write(NamedArray("values", shape: [first + 1], .floats(twos)))
        try candidates.write(NamedArray("none", shape: [0], .floats([])))
        try candidates.write(NamedArray("above", shape: [2, 2], .bytes([1, 2, 3, UInt8(first)])))
        try candidates.write(NamedArray("offsets", shape: [1], .integers([-1])))
      }
    }
    var seen: [Range<Int>] = []
    try store.forEachSegment(key: Example.key, tier: .candidates, dataset: faces) {
      positions, arrays in
      seen.append(positions)
      let names = try arrays.names()
      #expect(names == ["above", "none", "offsets", "values"])
      let values = try arrays.floats("values")
      #expect(values.count == positions.lowerBound + 1)
      let above = try arrays.bytes("above")
      #expect(above.last == UInt8(positions.lowerBound))
      let shape = try arrays.shape("above")
      #expect(shape == [2, 2])
      let none = try arrays.floats("none")
      #expect(none.isEmpty)
      let offsets = try arrays.integers("offsets")
      #expect(offsets == [-1])
      #expect(throws: (any Error).self) { try arrays.floats("values", limit: 0) }
    }
    #expect(seen == [0..<5, 5..<10])
  }

  @Test("What is not stored is named, with the command that makes it")
  func missing() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    try store.saveModel(Example.model("emotion"), tensors: Example.tensors)
    try Example.addPooled(to: store, dataset: faces, first: 0, count: 4)
    #expect(
      failure {
        _ = try store.read(key: Example.key, tier: .pooled, dataset: faces, positions: 2..<7)
      }
        == "pooled of layer conv1 of emotion: the data set faces has none at 3 positions from 4 on; "
        + "run: lethe ingest --model emotion --dataset faces --layer conv1")
    #expect(
      failure {
        _ = try store.read(key: Example.key, tier: .maps, dataset: faces, positions: [1])
      }.hasSuffix(
        "run: lethe ingest --model emotion --dataset faces --layer conv1 --keep pooled,maps"))
    for (tier, positions) in [
      (Tier.pooled, []), (.pooled, [-1]), (.pooled, [Int.max]), (.bits, [0]),
    ] {
      #expect(
        cause {
          _ = try store.read(key: Example.key, tier: tier, dataset: faces, positions: positions)
        } == .invalid)
    }
    #expect(
      cause {
        _ = try store.read(
          key: Example.key, tier: .pooled, dataset: faces, positions: [0], channels: 2..<4)
      } == .invalid)
  }

  @Test("Runs of rows are as long as order and segments allow")
  func runs() {
    let pieces = [0..<4, 4..<8, 10..<12].map {
      ArrayPiece(positions: $0, node: "n", type: .f32, file: "f")
    }
    let (runs, missing) = Store.runs(of: [2, 3, 4, 5, 9, 11, 11, 0, 1], in: pieces)
    #expect(missing == [9])
    #expect(
      runs == [
        RowRun(piece: 0, rows: 2..<4, target: 0), RowRun(piece: 1, rows: 0..<2, target: 2),
        RowRun(piece: 2, rows: 1..<2, target: 5), RowRun(piece: 2, rows: 1..<2, target: 6),
        RowRun(piece: 0, rows: 0..<2, target: 7),
      ])
  }

  @Test("Chunks divide a sample and stay near their size", arguments: [1, 2, 4])
  func chunks(size: Int) {
    for channels in [1, 3, 16, 64, 100, 512] {
      for side in [1, 2, 7, 28, 112, 224] {
        let shape = [100, channels, side, side]
        let chunk = ChunkShape.rows(of: shape, elementSize: size)
        #expect(channels % chunk[1] == 0 && chunk[2] == side && chunk[3] == side)
        #expect(chunk[0] == 1 || chunk[1] == channels)
        let bytes = chunk.reduce(size, *)
        #expect(bytes <= 2 * ChunkShape.target || chunk[0] * chunk[1] == 1, "\(shape) \(chunk)")
      }
    }
  }
}
