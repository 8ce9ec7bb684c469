/// Numbers as they stand in files.
enum LittleEndian {
  /// The bytes of whole numbers, the least significant first.
  static func bytes<Number: FixedWidthInteger>(_ values: [Number]) -> [UInt8] {
    var bytes = [UInt8]()
    bytes.reserveCapacity(values.count * MemoryLayout<Number>.size)
    for value in values {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return bytes
  }
}

/// The order of the axes of pictures.
enum ChannelOrder {
  /// [n, pixels, channels] as [n, channels, pixels].
  static func first(_ values: [UInt8], pixels: Int, channels: Int) -> [UInt8] {
    let row = pixels * channels
    guard row > 0 else { return values }
    var moved = [UInt8](repeating: 0, count: values.count)
    for start in stride(from: 0, to: values.count, by: row) {
      for channel in 0..<channels {
        for pixel in 0..<pixels {
          moved[start + channel * pixels + pixel] = values[start + pixel * channels + channel]
        }
      }
    }
    return moved
  }
}

/// Positions that follow each other.
enum PositionRuns {
  /// The stretches of consecutive positions, as ranges of indices.
  static func ranges(of positions: [Int]) -> [Range<Int>] {
    guard !positions.isEmpty else { return [] }
    var ranges: [Range<Int>] = []
    var start = 0
    for index in 1...positions.count
    where index == positions.count || positions[index] != positions[index - 1] + 1 {
      ranges.append(start..<index)
      start = index
    }
    return ranges
  }
}
