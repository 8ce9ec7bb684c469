/// Runs of consecutive cells along one axis, each cell with a weight.
struct CellRanges: Sendable {
  /// The first cell of each run.
  private(set) var first: [Int] = []
  /// Where the weights of each run start; one more than runs.
  private(set) var offsets = [0]
  /// Weights in units of 1/`scale`.
  private(set) var integers: [Int] = []
  /// Weights.
  private(set) var weights: [Double] = []
  /// The denominator of the weights.
  let scale: Int

  init(scale: Int) { self.scale = scale }

  /// Adds a run of cells whose weights are `weight` / `scale`.
  mutating func append(_ cells: Range<Int>, _ weight: (_ cell: Int) -> Int) {
    first.append(cells.lowerBound)
    for cell in cells {
      integers.append(weight(cell))
      weights.append(Double(weight(cell)) / Double(scale))
    }
    offsets.append(weights.count)
  }

  /// The cells of a run.
  func cells(_ run: Int) -> Range<Int> {
    first[run]..<first[run] + offsets[run + 1] - offsets[run]
  }
}
