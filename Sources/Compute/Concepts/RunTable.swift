/// Runs of weighted cells in memory that hot loops read without checks.
final class RunTable {
  private struct Run {
    let first: Int
    let count: Int
    let offset: Int
  }

  private let runs: UnsafeMutablePointer<Run>
  private let weights: DoubleBuffer

  init(_ ranges: CellRanges) {
    let count = ranges.first.count
    runs = .allocate(capacity: count)
    for run in 0..<count {
      let offset = ranges.offsets[run]
      (runs + run).initialize(
        to: Run(
          first: ranges.first[run], count: ranges.offsets[run + 1] - offset, offset: offset))
    }
    weights = DoubleBuffer(count: ranges.weights.count)
    for (index, weight) in ranges.weights.enumerated() { weights.start[index] = weight }
  }

  deinit { runs.deallocate() }

  /// Σ weight · value over the cells of a run.
  @inline(__always)
  func sum(_ run: Int, of values: UnsafeMutablePointer<Double>) -> Double {
    let run = runs[run]
    let (values, weights) = (values + run.first, weights.start + run.offset)
    var sum = 0.0
    for cell in 0..<run.count { sum += weights[cell] * values[cell] }
    return sum
  }

  /// Adds weight · `value` to the cells of a run.
  @inline(__always)
  func add(_ value: Double, _ run: Int, to values: UnsafeMutablePointer<Double>) {
    let run = runs[run]
    let (values, weights) = (values + run.first, weights.start + run.offset)
    for cell in 0..<run.count { values[cell] += weights[cell] * value }
  }
}
