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
  /// Channels of the units, ascending in each position; a spare one stands after the last.
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
    let layout = GridRows(height: gridHeight, width: gridWidth)
    var mapper = FilterMapper(rows: rows, columns: columns, layout: layout)
    var sorter = UnitSorter(bits)
    for sample in 0..<bits.samples {
      sorter.append(sample)
      mapper.append(sorter.found)
    }
    positions = sorter.positions + [Position(row: 0, column: 0, firstUnit: sorter.units.count)]
    starts = sorter.starts
    units = sorter.units + [0]
    filters = mapper.maps
  }
}
