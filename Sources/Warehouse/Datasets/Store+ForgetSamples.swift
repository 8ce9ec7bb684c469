internal import SQLite

/// What went from a warehouse because samples are not what they were.
public struct ForgottenArrays: Sendable, Equatable {
  /// Arrays of layers and of relevance; inputs are not counted.
  public internal(set) var arrays = 0
  /// Samples whose predictions went: those of whole blocks, as arrays are stored.
  public internal(set) var predictions = 0
  /// Concepts that had been fitted.
  public internal(set) var concepts = 0

  /// Whether anything went.
  public var isEmpty: Bool { self == ForgottenArrays() }

  mutating func add(_ other: ForgottenArrays) {
    arrays += other.arrays
    predictions += other.predictions
    concepts += other.concepts
  }
}

extension Store {
  /// Forgets all that was computed from some samples, within a transaction.
  ///
  /// Arrays are stored by blocks of samples, and go with the whole block. Thresholds of bits come
  /// from all train samples: if one of these is among the samples, the bits of the data set go.
  /// - Parameters:
  ///   - samples: Those that are not what they were.
  ///   - dataset: The row id of the data set.
  ///   - spared: Row ids of models that do not depend on what has changed.
  /// - Returns: What went, and the files of segments that no row names any more.
  /// - Throws: `SQLiteError` if the catalogue cannot be written.
  func forget(
    _ samples: [ChangedSample], of dataset: Int64, sparing spared: Set<Int64> = []
  ) throws -> (forgotten: ForgottenArrays, files: [String]) {
    var forgotten = ForgottenArrays()
    guard !samples.isEmpty else { return (forgotten, []) }
    let keys = try sparedKeys(spared)
    let trains = samples.contains(where: \.trains)
    let positions = samples.map(\.position).sorted()
    var blocks: Set<Range<Int>> = []
    var segments: Set<Int64> = []
    for row in try catalogue.rows(
      """
      SELECT a.key, a.tier, a.first, g.count, a.segment
      FROM stored_array a JOIN segment g ON g.id = a.segment WHERE a.dataset = ?
      """, dataset)
    {
      guard let key = row[0].string, let tier = row[1].string.flatMap(Tier.init),
        let first = row[2].int, let count = row[3].int, let segment = row[4].int,
        count > 0, !keys.contains(key)
      else { continue }
      let block = first..<first + count
      let isTouched = ChangedSample.isAny(of: positions, in: block)
      guard isTouched || (trains && (tier == .bits || tier == .candidates)) else { continue }
      if isTouched { blocks.insert(block) }
      segments.insert(Int64(segment))
      try catalogue.run(
        "DELETE FROM stored_array WHERE key = ? AND tier = ? AND dataset = ? AND first = ?", key,
        tier.rawValue, dataset, first)
      if ![.inputs, .masks, .regions].contains(tier) { forgotten.arrays += 1 }
    }
    let models = try catalogue.rows("SELECT id FROM model").compactMap { $0[0].int.map(Int64.init) }
      .filter { !spared.contains($0) }
    let masks = try catalogue.rows("SELECT DISTINCT input_key FROM au_mask")
      .compactMap { $0[0].string }.filter { !keys.contains($0) }
    for block in ChangedSample.ranges(of: positions, blocks) {
      forgotten.predictions += try forgetRows(at: block, of: dataset, models: models, masks: masks)
    }
    try catalogue.run(
      "DELETE FROM relevance_run WHERE dataset = ? AND id NOT IN (SELECT run FROM relevance_sample)",
      dataset)
    forgotten.concepts = try forgetFits(of: dataset, sparing: keys, trains: trains)
    let empty = try segments.sorted().filter {
      try catalogue.row("SELECT 1 FROM stored_array WHERE segment = ?", $0) == nil
    }
    return (forgotten, try removeSegmentRows(empty))
  }

  /// The keys of arrays that only models which are spared have.
  private func sparedKeys(_ spared: Set<Int64>) throws -> Set<String> {
    var (kept, lost): (Set<String>, Set<String>) = ([], [])
    for row in try catalogue.rows(
      """
      SELECT model, prefix FROM layer UNION SELECT id, input_key FROM model
      UNION SELECT model, key FROM relevance_run
      """)
    {
      guard let model = row[0].int, let key = row[1].string else { continue }
      if spared.contains(Int64(model)) { kept.insert(key) } else { lost.insert(key) }
    }
    return kept.subtracting(lost)
  }

  /// Deletes predictions, relevance and masks of a block; returns how many samples had predictions.
  private func forgetRows(
    at block: Range<Int>, of dataset: Int64, models: [Int64], masks: [String]
  ) throws -> Int {
    let samples = "SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ?"
    let (first, end) = (block.lowerBound, block.upperBound)
    let list = models.map(String.init).joined(separator: ",")
    let predicted = try catalogue.value(
      """
      SELECT count(DISTINCT sample) FROM prediction WHERE model IN (\(list)) AND sample IN (\(samples))
      """, dataset, first, end
    ).int
    try catalogue.run(
      "DELETE FROM prediction WHERE model IN (\(list)) AND sample IN (\(samples))", dataset, first,
      end)
    for table in ["relevance_au", "relevance_layer", "relevance_sample"] {
      try catalogue.run(
        """
        DELETE FROM \(table) WHERE run IN (SELECT id FROM relevance_run WHERE model IN (\(list)))
        AND sample IN (\(samples))
        """, dataset, first, end)
    }
    for key in masks {
      try catalogue.run(
        "DELETE FROM au_mask WHERE input_key = ? AND sample IN (\(samples))", key, dataset, first,
        end)
    }
    return predicted ?? 0
  }

  /// Deletes what was fitted over the whole data set; returns how many concepts.
  private func forgetFits(
    of dataset: Int64, sparing keys: Set<String>, trains: Bool
  ) throws -> Int {
    var concepts = 0
    for table in ["concept"] + (trains ? ["threshold", "provisional_bound"] : []) {
      for row in try catalogue.rows("SELECT DISTINCT key FROM \(table) WHERE dataset = ?", dataset)
      {
        guard let key = row[0].string, !keys.contains(key) else { continue }
        try catalogue.run("DELETE FROM \(table) WHERE key = ? AND dataset = ?", key, dataset)
        if table == "concept" { concepts += catalogue.changes }
      }
    }
    return concepts
  }
}

extension ChangedSample {
  /// The fewest ranges that hold some ascending positions and some blocks, ascending.
  static func ranges(of positions: [Int], _ blocks: Set<Range<Int>>) -> [Range<Int>] {
    let all = (positions.map { $0..<$0 + 1 } + blocks).sorted { $0.lowerBound < $1.lowerBound }
    var found: [Range<Int>] = []
    for range in all {
      if let last = found.last, range.lowerBound <= last.upperBound {
        found[found.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        found.append(range)
      }
    }
    return found
  }

  /// Whether any of some ascending positions lies in a range.
  static func isAny(of positions: [Int], in range: Range<Int>) -> Bool {
    var (low, high) = (0, positions.count)
    while low < high {
      let middle = (low + high) / 2
      if positions[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < positions.count && positions[low] < range.upperBound
  }
}
