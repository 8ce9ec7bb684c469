/// Where each single channel says yes: the cells in which up(1[a_k > T_k]) > ½.
///
/// The comparison is exact, in integers.
struct FilterMaps: Sendable {
  /// Where the maps of a sample start in `channels`; one more than samples.
  private(set) var starts = [0]
  /// Channels that have a cell, ascending in each sample.
  private(set) var channels: [UInt32] = []
  /// Their cells, `layout.words` each.
  private(set) var words: [UInt64] = []
  let layout: GridRows

  init(_ bits: UnitBits, rows: Resampling, columns: Resampling, layout: GridRows) {
    self.layout = layout
    var sums = [Int](repeating: 0, count: layout.height * layout.stride)
    let half = rows.readers.scale * columns.readers.scale
    var map = [UInt64](repeating: 0, count: layout.words)
    for sample in 0..<bits.samples {
      for channel in 0..<bits.channels {
        var isEmpty = true
        bits.forEachUnit(sample, channel) { place in
          let (row, column) = place.quotientAndRemainder(dividingBy: bits.width)
          let (down, across) = (rows.readers.offsets[row], columns.readers.offsets[column])
          for (i, y) in rows.readers.cells(row).enumerated() {
            for (j, x) in columns.readers.cells(column).enumerated() {
              let bit = layout.bit(y, x)
              sums[bit] += rows.readers.integers[down + i] * columns.readers.integers[across + j]
              if 2 * sums[bit] > half {
                map[bit >> 6] |= 1 << UInt64(bit & 63)
                isEmpty = false
              }
            }
          }
        }
        bits.forEachUnit(sample, channel) { place in
          let (row, column) = place.quotientAndRemainder(dividingBy: bits.width)
          for y in rows.readers.cells(row) {
            for x in columns.readers.cells(column) { sums[layout.bit(y, x)] = 0 }
          }
        }
        guard !isEmpty else { continue }
        channels.append(UInt32(channel))
        words += map
        for word in map.indices { map[word] = 0 }
      }
      starts.append(channels.count)
    }
  }

  /// Where the map of a channel of a sample starts in `words`; nil if it has no cell.
  func start(_ sample: Int, _ channel: Int) -> Int? {
    (starts[sample]..<starts[sample + 1]).first { Int(channels[$0]) == channel }
      .map { $0 * layout.words }
  }
}
