import Warehouse

/// The values above a provisional bound, as they wait in a segment for the threshold.
///
/// For each batch `NNNNN` (its first row in the block): `bitmap-NNNNN`, bytes
/// [samples, channels, ⌈positions / 8⌉], and `codes-NNNNN`, the 16-bit codes of the marked values
/// in the order of samples, channels, positions, two bytes each, the low one first, as all
/// machines have them that Lethe runs on.
enum Candidates {
  struct Batch {
    var bitmap: [UInt8]
    var codes: [UInt16]
    var samples: Int
    var channels: Int

    /// Bytes of one channel of one sample.
    var stride: Int { bitmap.count / max(1, samples * channels) }
  }

  static func write(_ batch: Batch, at row: Int, to writer: NamedArrayWriter?) throws {
    let name = name(row)
    try writer?.write(
      NamedArray(
        "bitmap-\(name)", shape: [batch.samples, batch.channels, batch.stride],
        .bytes(batch.bitmap)))
    let bytes = batch.codes.withUnsafeBytes { Array($0) }
    // No deflate makes codes much shorter.
    try writer?.write(
      NamedArray("codes-\(name)", shape: [bytes.count], .bytes(bytes), isPacked: false))
  }

  /// Calls `body` with the first row and the content of each batch of a segment, ascending.
  static func forEachBatch(
    _ reader: NamedArrayReader, _ body: (Int, Batch) throws -> Void
  ) throws {
    for name in try reader.names().filter({ $0.hasPrefix("bitmap-") }).sorted() {
      let number = String(name.dropFirst("bitmap-".count))
      let shape = try reader.shape(name)
      let bitmap = try reader.bytes(name)
      let bytes = try reader.bytes("codes-\(number)")
      guard let row = Int(number), shape.count == 3, shape.reduce(1, *) == bitmap.count,
        bytes.count % 2 == 0, setBits(bitmap[...]) == bytes.count / 2
      else {
        throw IngestError(
          "the candidates for thresholds cannot be read", advice: "run `lethe verify`")
      }
      let codes = [UInt16](unsafeUninitializedCapacity: bytes.count / 2) { codes, filled in
        UnsafeMutableRawBufferPointer(codes).copyBytes(from: bytes)
        filled = bytes.count / 2
      }
      try body(row, Batch(bitmap: bitmap, codes: codes, samples: shape[0], channels: shape[1]))
    }
  }

  /// How many bits are set.
  fileprivate static func setBits(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.withUnsafeBytes { bytes in
      var (count, next) = (0, 0)
      while next + 8 <= bytes.count {
        count += bytes.loadUnaligned(fromByteOffset: next, as: UInt64.self).nonzeroBitCount
        next += 8
      }
      return bytes[next...].reduce(count) { $0 + $1.nonzeroBitCount }
    }
  }

  private static func name(_ row: Int) -> String {
    let digits = String(row)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}

extension Candidates.Batch {
  /// Calls `body` with sample, channel and the codes of the values marked there.
  func forEachChannel(_ body: (Int, Int, UnsafeBufferPointer<UInt16>) -> Void) {
    codes.withUnsafeBufferPointer { codes in
      var next = 0
      for sample in 0..<samples {
        for channel in 0..<channels {
          let first = (sample * channels + channel) * stride
          let count = Candidates.setBits(bitmap[first..<first + stride])
          body(sample, channel, UnsafeBufferPointer(rebasing: codes[next..<next + count]))
          next += count
        }
      }
    }
  }

  /// The bits that stay when only codes above the channel's threshold count.
  func bits(above thresholds: [BFloat16Code]) -> [UInt8] {
    var kept = bitmap
    let stride = stride
    kept.withUnsafeMutableBufferPointer { kept in
      codes.withUnsafeBufferPointer { codes in
        var next = 0
        for row in 0..<samples * channels {
          let threshold = thresholds[row % channels]
          for index in row * stride..<(row + 1) * stride where kept[index] != 0 {
            var (left, stay) = (kept[index], UInt8(0))
            while left != 0 {
              let bit = left & (~left &+ 1)
              if BFloat16Code(rawValue: codes[next]) > threshold { stay |= bit }
              next += 1
              left &= left - 1
            }
            kept[index] = stay
          }
        }
      }
    }
    return kept
  }
}
