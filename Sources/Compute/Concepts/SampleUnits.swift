/// The units of a sample that are above their thresholds, by position, for hot loops.
struct SampleUnits {
  /// Sorted by row and column; one more stands after the last.
  let positions: UnsafePointer<ConceptLayer.Position>
  /// Positions of the sample.
  let count: Int
  private let channels: UnsafePointer<UInt32>

  /// The channels of the units at a position, ascending.
  @inline(__always)
  func units(_ index: Int) -> UnsafeBufferPointer<UInt32> {
    let first = positions[index].firstUnit
    return UnsafeBufferPointer(
      start: channels + first, count: positions[index + 1].firstUnit - first)
  }

  /// The units of all samples of a layer.
  struct All {
    fileprivate let positions: UnsafePointer<ConceptLayer.Position>
    fileprivate let channels: UnsafePointer<UInt32>
    fileprivate let starts: [Int]

    /// Those of a sample.
    func of(_ sample: Int) -> SampleUnits {
      SampleUnits(
        positions: positions + starts[sample], count: starts[sample + 1] - starts[sample],
        channels: channels)
    }
  }
}

extension ConceptLayer {
  /// Calls `body` with the units of all samples; they must not outlive the call.
  func withUnits<Result>(_ body: (SampleUnits.All) -> Result) -> Result {
    positions.withUnsafeBufferPointer { positions in
      units.withUnsafeBufferPointer { units in
        // Neither is empty: positions end with a sentinel, units with a spare one.
        guard let first = positions.baseAddress, let channels = units.baseAddress else {
          preconditionFailure("a layer keeps a position after the last")
        }
        return body(SampleUnits.All(positions: first, channels: channels, starts: starts))
      }
    }
  }
}
