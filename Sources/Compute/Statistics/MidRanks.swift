/// Ranks of numbers in which equal ones share the mean of their places.
enum MidRanks {
  /// Twice the mid-rank of each value, less a constant: twice the number of smaller values, plus
  /// that of equal ones.
  static func doubled(_ values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Int](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = 2 * start + (end - start) }
      start = end
    }
    return ranks
  }

  /// Twice the number of sorted values below `value`, plus that of equal ones.
  static func doubledBelow(_ value: Int, in sorted: [Int]) -> Int {
    first(in: sorted) { $0 >= value } + first(in: sorted) { $0 > value }
  }

  /// The first place at which a condition holds that holds at every later one.
  private static func first(in sorted: [Int], _ holds: (Int) -> Bool) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(sorted[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
