/// Finds the items of least cost where a lower bound of each cost is known, and the cost itself is
/// dear: only as many costs are computed as the bounds leave in doubt.
///
/// This is the threshold argument of Fagin, Lotem and Naor (2003) over one list of bounds: items are
/// taken in ascending order of their bounds, and once `count` known costs precede the next bound, no
/// later item can be among them. The answer is that of computing every cost.
public struct BoundedSearch: Sendable {
  /// An item with its cost.
  public struct Found: Sendable, Equatable {
    /// Its number.
    public let item: Int
    /// Its cost.
    public let cost: Double

    /// Ascending cost; equal costs by number.
    func precedes(_ other: Found) -> Bool { (cost, item) < (other.cost, other.item) }
  }

  /// What was found, and at what expense.
  public struct Result: Sendable, Equatable {
    /// At most `count` items, by ascending cost, equal costs by number.
    public let found: [Found]
    /// Items whose cost was computed.
    public let computed: Int
    /// Items among these whose cost is NaN: they are never found.
    public let undefined: Int
  }

  private let count: Int
  private var best: [Found] = []

  private init(count: Int) { self.count = count }

  /// Searches among the items 0..<bounds.count.
  ///
  /// - Parameters:
  ///   - count: The most items to find, at least 0.
  ///   - bounds: No item's cost is below its bound; NaN: its cost is not defined.
  ///   - isExact: Whether the bounds are the costs: then nothing is computed.
  ///   - batch: How many costs are computed at a time, at least 1.
  ///   - costs: The costs of some items, in their order; NaN where undefined.
  /// - Returns: The items.
  /// - Throws: What `costs` throws.
  public static func least(
    _ count: Int, bounds: [Double], isExact: Bool, batch: Int,
    costs: ([Int]) throws -> [Double]
  ) rethrows -> Result {
    var search = BoundedSearch(count: max(0, count))
    guard !isExact else {
      for (item, cost) in bounds.enumerated() { search.offer(Found(item: item, cost: cost)) }
      return Result(found: search.best, computed: 0, undefined: bounds.count { $0.isNaN })
    }
    var queue = bounds.enumerated().filter { !$0.element.isNaN }
      .map { Found(item: $0.offset, cost: $0.element) }[...]
    queue.sort { $0.precedes($1) }
    var (computed, undefined) = (0, bounds.count - queue.count)
    while let next = queue.first, search.mayHold(next) {
      // Those of the batch that cannot be found any more need no cost.
      let chosen = queue.prefix(max(1, batch)).prefix { search.mayHold($0) }.map(\.item)
      queue = queue.dropFirst(chosen.count)
      for (item, cost) in zip(chosen, try costs(chosen)) {
        search.offer(Found(item: item, cost: cost))
        if cost.isNaN { undefined += 1 }
      }
      computed += chosen.count
    }
    return Result(found: search.best, computed: computed, undefined: undefined)
  }

  /// Whether an item whose cost is not below `bound.cost` could be among the best.
  private func mayHold(_ bound: Found) -> Bool {
    guard let last = best.last, best.count >= count else { return count > 0 }
    return bound.precedes(last)
  }

  private mutating func offer(_ found: Found) {
    guard !found.cost.isNaN, mayHold(found) else { return }
    var (low, high) = (0, best.count)
    while low < high {
      let middle = (low + high) / 2
      if best[middle].precedes(found) { low = middle + 1 } else { high = middle }
    }
    best.insert(found, at: low)
    if best.count > count { best.removeLast() }
  }
}
