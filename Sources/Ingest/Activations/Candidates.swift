import Compute
import Warehouse

/// The values above a provisional bound, as they wait in a segment for the threshold.
///
/// For each batch `NNNNN` (its first row in the block): `counts-NNNNN`, bytes
/// [samples, strips, 2 · channels], and `marks-NNNNN`, bytes, as `MarkedValues` has them; numbers of
/// two bytes have the low one first, as all machines have them that Lethe runs on.
enum Candidates {
  /// Stores the marked values of a batch.
  static func write(_ marked: MarkedValues, at row: Int, to writer: NamedArrayWriter?) throws {
    let name = name(row)
    let strips = marked.counts.count / max(1, marked.samples * marked.channels)
    // No deflate makes them much shorter, and it would take longer than the network.
    try writer?.write(
      NamedArray(
        "counts-\(name)", shape: [marked.samples, strips, 2 * marked.channels],
        .bytes(marked.counts.withUnsafeBytes { Array($0) }), isPacked: false))
    try writer?.write(
      NamedArray(
        "marks-\(name)", shape: [marked.marks.count], .bytes(marked.marks), isPacked: false))
  }

  /// Calls `body` with the first row and the content of each batch of a segment, ascending.
  ///
  /// - Throws: `IngestError` if they are not such as this layer leaves.
  static func forEachBatch(
    _ reader: NamedArrayReader, of layer: Variant.Layer, _ body: (Int, MarkedValues) throws -> Void
  ) throws {
    for name in try reader.names().filter({ $0.hasPrefix("counts-") }).sorted() {
      let number = String(name.dropFirst("counts-".count))
      let shape = try reader.shape(name)
      let counts = numbers(try reader.bytes(name))
      guard let row = Int(number), row >= 0, shape.count == 3,
        shape[2] == 2 * layer.shape.channels,
        let marked = MarkedValues(
          samples: shape[0], channels: layer.shape.channels, positions: layer.positions,
          counts: counts, marks: try reader.bytes("marks-\(number)"))
      else {
        throw IngestError(
          "the candidates for thresholds cannot be read", advice: "run `lethe verify`")
      }
      try body(row, marked)
    }
  }

  private static func numbers(_ bytes: [UInt8]) -> [UInt16] {
    [UInt16](unsafeUninitializedCapacity: bytes.count / 2) { numbers, filled in
      filled = bytes.count / 2
      UnsafeMutableRawBufferPointer(numbers).copyBytes(from: bytes.prefix(2 * filled))
    }
  }

  private static func name(_ row: Int) -> String {
    let digits = String(row)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
