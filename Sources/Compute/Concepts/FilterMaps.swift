/// Where each single channel says yes: the cells in which up(1[a_k > T_k]) > ½.
///
/// The comparison is exact, in integers.
struct FilterMaps: Sendable {
  /// Where the maps of a sample start in `channels`; one more than samples.
  private(set) var starts = [0]
  /// Channels that have a cell, ascending in each sample.
  private(set) var channels: [UInt32] = []
  /// Their cells, `size` words each.
  private(set) var words: [UInt64] = []
  /// Words of a map.
  let size: Int

  init(size: Int) { self.size = size }

  /// Where the map of a channel of a sample starts in `words`; nil if it has no cell.
  func start(_ sample: Int, _ channel: Int) -> Int? {
    (starts[sample]..<starts[sample + 1]).first { Int(channels[$0]) == channel }.map { $0 * size }
  }

  /// Adds a map to the sample that is being made.
  fileprivate mutating func append(_ channel: UInt32, _ map: [UInt64]) {
    channels.append(channel)
    words += map
  }

  /// Ends the sample that is being made.
  fileprivate mutating func endSample() { starts.append(channels.count) }
}

/// Makes the maps of single channels, sample by sample.
struct FilterMapper {
  private(set) var maps: FilterMaps
  private let rows: CellRanges
  private let columns: CellRanges
  private let layout: GridRows
  private let width: Int
  /// Of the channel at hand, by bit of the grid: the interpolated value in units of 1/`scale`.
  private var sums: [Int]
  private var map: [UInt64]

  init(rows: Resampling, columns: Resampling, layout: GridRows) {
    self.rows = rows.readers
    self.columns = columns.readers
    self.layout = layout
    width = columns.units
    maps = FilterMaps(size: layout.words)
    sums = [Int](repeating: 0, count: layout.height * layout.stride)
    map = [UInt64](repeating: 0, count: layout.words)
  }

  /// Adds a sample, whose units come by channel.
  mutating func append(_ found: [(channel: UInt32, place: Int)]) {
    var first = 0
    while first < found.count {
      var end = first + 1
      while end < found.count, found[end].channel == found[first].channel { end += 1 }
      append(found[first..<end])
      first = end
    }
    maps.endSample()
  }

  private mutating func append(_ units: ArraySlice<(channel: UInt32, place: Int)>) {
    let half = rows.scale * columns.scale
    var isEmpty = true
    for (_, place) in units {
      let (row, column) = place.quotientAndRemainder(dividingBy: width)
      let (down, across) = (rows.offsets[row], columns.offsets[column])
      let (y, x) = (rows.first[row], columns.first[column])
      for i in 0..<rows.offsets[row + 1] - down {
        for j in 0..<columns.offsets[column + 1] - across {
          let bit = layout.bit(y + i, x + j)
          sums[bit] += rows.integers[down + i] * columns.integers[across + j]
          guard 2 * sums[bit] > half else { continue }
          map[bit >> 6] |= 1 << UInt64(bit & 63)
          isEmpty = false
        }
      }
    }
    for (_, place) in units {
      let (row, column) = place.quotientAndRemainder(dividingBy: width)
      for y in rows.cells(row) {
        for x in columns.cells(column) { sums[layout.bit(y, x)] = 0 }
      }
    }
    guard !isEmpty, let channel = units.first?.channel else { return }
    maps.append(channel, map)
    for word in map.indices { map[word] = 0 }
  }
}
