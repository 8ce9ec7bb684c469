/// What a layer says of a number of samples, prepared for fitting concepts on one grid.
///
/// Net2Vec (Fong & Vedaldi 2018): M = σ(up(Σ_k w_k·1[a_k > T_k])), where `up` is bilinear
/// interpolation to the grid. Only the units above their thresholds are kept, so memory follows
/// them (at most 4 bytes a unit and 16 a position with one).
public struct ConceptLayer: Sendable {
  /// Samples.
  public let samples: Int
  /// Channels, and so weights of an embedding.
  public let channels: Int
  /// Rows of the grid.
  public let gridHeight: Int
  /// Columns of the grid.
  public let gridWidth: Int
  /// Whether corners are aligned (see ``ConceptOptions/alignCorners``).
  public let alignCorners: Bool

  /// Positions with a unit above its threshold, samples in order, each sorted by row and column.
  let positions: [Position]
  /// Where the positions of a sample start in `positions`; one more than samples.
  let starts: [Int]
  /// Channels of the units, ascending in each position.
  let units: [UInt32]
  let rows: Resampling
  let columns: Resampling
  let filters: FilterMaps

  var layout: GridRows { GridRows(height: gridHeight, width: gridWidth) }

  struct Position: Sendable {
    let row: UInt32
    let column: UInt32
    /// Where its units start in `units`; they end where those of the next position start.
    let firstUnit: Int
  }

  /// Prepares the bits of a layer.
  ///
  /// - Parameters:
  ///   - bits: Of the samples; their order is the numbering of all that is asked later.
  ///   - gridHeight: Rows of the grid, 1 to ``GridMasks/longestSide``.
  ///   - gridWidth: Columns of the grid, 1 to ``GridMasks/longestSide``.
  ///   - alignCorners: See ``ConceptOptions/alignCorners``.
  public init(_ bits: UnitBits, gridHeight: Int, gridWidth: Int, alignCorners: Bool = true) {
    let sides = 1...GridMasks.longestSide
    precondition(sides.contains(gridHeight) && sides.contains(gridWidth), "no such grid")
    samples = bits.samples
    channels = bits.channels
    self.gridHeight = gridHeight
    self.gridWidth = gridWidth
    self.alignCorners = alignCorners
    rows = Resampling(units: bits.height, cells: gridHeight, alignCorners: alignCorners)
    columns = Resampling(units: bits.width, cells: gridWidth, alignCorners: alignCorners)
    var sorter = UnitSorter(bits)
    for sample in 0..<bits.samples { sorter.append(sample) }
    positions = sorter.positions + [Position(row: 0, column: 0, firstUnit: sorter.units.count)]
    starts = sorter.starts
    units = sorter.units
    filters = FilterMaps(
      bits, rows: rows, columns: columns, layout: GridRows(height: gridHeight, width: gridWidth))
  }
}

/// Brings the units of samples from channel order into the order of positions.
private struct UnitSorter {
  let bits: UnitBits
  var positions: [ConceptLayer.Position] = []
  var starts = [0]
  var units: [UInt32] = []
  /// Units at each position; all 0 between samples.
  private var counts: [Int]
  private var found: [(place: Int, channel: UInt32)] = []

  init(_ bits: UnitBits) {
    self.bits = bits
    counts = [Int](repeating: 0, count: bits.height * bits.width)
  }

  mutating func append(_ sample: Int) {
    found.removeAll(keepingCapacity: true)
    for channel in 0..<bits.channels {
      bits.forEachUnit(sample, channel) { place in
        counts[place] += 1
        found.append((place, UInt32(channel)))
      }
    }
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
}

extension UnitBits {
  /// Calls `body` with each position of a channel whose bit is set, ascending.
  func forEachUnit(_ sample: Int, _ channel: Int, _ body: (_ place: Int) -> Void) {
    let size = channelBytes
    let start = (sample * channels + channel) * size
    let places = height * width
    for index in 0..<size where bytes[start + index] != 0 {
      var rest = bytes[start + index]
      while rest != 0 {
        let place = index * 8 + rest.trailingZeroBitCount
        if place < places { body(place) }
        rest &= rest - 1
      }
    }
  }
}
