internal import Compute
internal import Warehouse

/// Ranks samples by a cost over a group of units, and computes no more of them than it must.
struct UnitSearch {
  /// What samples are ranked by: less comes first.
  enum Cost {
    /// Larger combined activations come first.
    case activation(UnitCombination)
    /// Activations near those of a sample come first.
    case distance(UnitDistance, centre: [Float])

    fileprivate var start: Double {
      if case .activation(let combination) = self { combination.start } else { 0 }
    }

    fileprivate func add(_ bounds: UnitBounds, unit: Int, to totals: inout [Double]) {
      switch self {
      case .activation(let combination): combination.add(bounds.upper, to: &totals)
      case .distance(let distance, let centre):
        distance.add(
          lower: bounds.lower, upper: bounds.upper, centre: centre[unit], to: &totals)
      }
    }

    fileprivate func finished(_ total: Double) -> Double {
      switch self {
      case .activation: -total
      case .distance(let distance, _): distance.distance(total)
      }
    }

    /// The activation or distance that a cost stands for.
    func value(_ cost: Double) -> Double {
      // Not the negative zero.
      if case .activation = self { 0 - cost } else { cost }
    }
  }

  let reader: UnitReader
  let cost: Cost
  /// Called now and then; it throws to stop.
  let check: () throws -> Void

  /// The samples of least cost.
  ///
  /// - Parameters:
  ///   - count: The most samples.
  ///   - positions: Of the samples to choose from, ascending.
  /// - Returns: Items are indices of the positions.
  /// - Throws: `QueryError` or `WarehouseError` if activations cannot be read or computed; what
  ///   `check` throws.
  func least(_ count: Int, of positions: [Int]) throws -> BoundedSearch.Result {
    var bounds = [Double](repeating: cost.start, count: positions.count)
    var totals: [Double] = []
    try reader.forEachBound(over: positions) { range, unit, found in
      if unit == 0 {
        try check()
        totals = [Double](repeating: cost.start, count: range.count)
      }
      cost.add(found, unit: unit, to: &totals)
      if unit == reader.units.count - 1 {
        bounds.replaceSubrange(range, with: totals.map(cost.finished))
      }
    }
    return try BoundedSearch.least(
      count, bounds: bounds, isExact: reader.isExact, batch: reader.source?.batch ?? 1
    ) { items in
      try check()
      var totals = [Double](repeating: cost.start, count: items.count)
      for (unit, column) in try reader.values(of: items.map { positions[$0] }).enumerated() {
        cost.add(UnitBounds(column), unit: unit, to: &totals)
      }
      return totals.map(cost.finished)
    }
  }
}
