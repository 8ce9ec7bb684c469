internal import Compute
internal import Warehouse

/// Reads the channel means of pairs, a block of pairs at a time.
struct PairReader {
  /// Pairs that are read at a time.
  private static let block = 256

  let store: Store
  let dataset: Int64
  let pairs: [MinimalPairs.Pair]
  /// Positions of all pictures without their pair's action unit, of all pairs of the data set.
  let off: [Int]
  /// The number of each pair's subject.
  let subjects: [Int]
  /// How many subjects there are.
  let subjectCount: Int

  init(store: Store, dataset: Int64, found: MinimalPairs) {
    (self.store, self.dataset, pairs) = (store, dataset, found.pairs)
    off = found.off
    let names = Set(pairs.map(\.subject)).sorted()
    let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    subjects = pairs.map { numbers[$0.subject] ?? 0 }
    subjectCount = names.count
  }

  /// Calls `body` with each pair's number and the channel means without and with the action unit.
  ///
  /// - Parameters:
  ///   - key: The layer's key.
  ///   - channels: Its channels.
  ///   - check: Called before each block; it throws to stop.
  ///   - body: Takes the means.
  /// - Throws: `WarehouseError` if rows are not stored, with the command that stores them.
  func forEachPair(
    _ key: String, channels: Int, _ check: () throws -> Void,
    _ body: (Int, ArraySlice<Double>, ArraySlice<Double>) throws -> Void
  ) throws {
    for start in stride(from: 0, to: pairs.count, by: PairReader.block) {
      try check()
      let numbers = start..<min(pairs.count, start + PairReader.block)
      let means = try read(
        key, channels: channels, pairs[numbers].flatMap { [$0.off, $0.on] })
      for (index, number) in numbers.enumerated() {
        let row = 2 * index * channels
        try body(
          number, means[row..<row + channels], means[row + channels..<row + 2 * channels])
      }
    }
  }

  /// The mean of ‖a − b‖ / ‖a‖ over pictures a and b without the action unit, of different pairs.
  ///
  /// A thousand of them are drawn; nil with a single pair or where no channel answers.
  func noise(_ key: String, channels: Int, seed: UInt64) throws -> Double? {
    guard off.count > 1 else { return nil }
    var random = RandomStream(seed: seed, RandomStream.key("pairs.noise"))
    let drawn = (0..<1_000).map { _ in
      let first = random.below(off.count)
      let step = 1 + random.below(off.count - 1)
      return (off[first], off[(first + step) % off.count])
    }
    var (sum, n) = (0.0, 0.0)
    for start in stride(from: 0, to: drawn.count, by: PairReader.block) {
      let part = drawn[start..<min(drawn.count, start + PairReader.block)]
      let means = try read(
        key, channels: channels, part.flatMap { [$0.0, $0.1] })
      for index in 0..<part.count {
        let row = 2 * index * channels
        let change = relativeDistance(
          means[row..<row + channels], means[row + channels..<row + 2 * channels])
        guard let change else { continue }
        sum += change
        n += 1
      }
    }
    return n > 0 ? sum / n : nil
  }

  /// Channel means of samples, row-major.
  private func read(_ key: String, channels: Int, _ positions: [Int]) throws -> [Double] {
    let rows = try store.read(key: key, tier: .pooled, dataset: dataset, positions: positions)
    // Rows are [channels, 2]: mean, maximum.
    guard rows.values.count == positions.count * channels * 2 else {
      throw QueryError.failed(
        "pooled rows of \(key.prefix(12)) have the shape \(rows.rowShape) and the catalogue says "
          + "\(channels) channels: run lethe verify")
    }
    return stride(from: 0, to: rows.values.count, by: 2).map { Double(rows.values[$0]) }
  }
}

/// ‖a − b‖ / ‖a‖; nil where a is nothing or something is not finite.
func relativeDistance(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double? {
  var (distance, length) = (0.0, 0.0)
  for (x, y) in zip(a, b) {
    distance += (x - y) * (x - y)
    length += x * x
  }
  let relative = (distance / length).squareRoot()
  return relative.isFinite ? relative : nil
}
