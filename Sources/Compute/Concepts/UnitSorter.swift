/// Finds the units of samples that are above their thresholds, by channel and by position.
struct UnitSorter {
  /// Units of the last sample, by channel, then position.
  private(set) var found: [(channel: UInt32, place: Int)] = []
  /// See ``ConceptLayer``.
  private(set) var positions: [ConceptLayer.Position] = []
  private(set) var starts = [0]
  private(set) var units: [UInt32] = []
  private let bits: UnitBits
  /// Units at each position; all 0 between samples.
  private var counts: [Int]

  init(_ bits: UnitBits) {
    self.bits = bits
    counts = [Int](repeating: 0, count: bits.height * bits.width)
  }

  /// Adds the units of a sample.
  mutating func append(_ sample: Int) {
    find(sample)
    for unit in found { counts[unit.place] += 1 }
    var next = units.count
    units += repeatElement(0, count: found.count)
    for place in counts.indices where counts[place] > 0 {
      positions.append(
        ConceptLayer.Position(
          row: UInt32(place / bits.width), column: UInt32(place % bits.width), firstUnit: next))
      let count = counts[place]
      counts[place] = next
      next += count
    }
    for unit in found {
      units[counts[unit.place]] = unit.channel
      counts[unit.place] += 1
    }
    for unit in found { counts[unit.place] = 0 }
    starts.append(positions.count)
  }

  private mutating func find(_ sample: Int) {
    found.removeAll(keepingCapacity: true)
    let (size, places) = (bits.channelBytes, bits.height * bits.width)
    bits.bytes.withUnsafeBytes { bytes in
      for channel in 0..<bits.channels {
        let start = (sample * bits.channels + channel) * size
        var index = 0
        while index < size {
          // Most are 0: look at eight bytes at once while there are as many.
          let isWord = index + 8 <= size
          var rest =
            isWord
            ? UInt64(
              littleEndian: bytes.loadUnaligned(fromByteOffset: start + index, as: UInt64.self))
            : UInt64(bytes[start + index])
          while rest != 0 {
            let place = index * 8 + rest.trailingZeroBitCount
            if place < places { found.append((UInt32(channel), place)) }
            rest &= rest - 1
          }
          index += isWord ? 8 : 1
        }
      }
    }
  }
}
