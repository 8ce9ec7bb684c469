internal import HDF5
internal import SQLite

extension Store {
  /// The samples of a range of positions that a method has explained already.
  ///
  /// - Parameters:
  ///   - method: How.
  ///   - model: The row id of the model.
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples; nil = all.
  /// - Returns: Row ids of samples.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func explained(
    _ method: RelevanceMethod, model: Int64, dataset: Int64, positions: Range<Int>? = nil
  ) throws -> Set<Int64> {
    let range = positions ?? 0..<Int.max
    return Set(
      try catalogue.rows(
        """
        SELECT e.sample FROM relevance_sample e
        JOIN relevance_run r ON r.id = e.run
        JOIN sample s ON s.id = e.sample
        WHERE r.model = ? AND r.dataset = ? AND r.composite = ? AND r.bias = ? AND r.target = ?
          AND s.position >= ? AND s.position < ?
        """, model, dataset, method.composite, method.bias, method.target, range.lowerBound,
        range.upperBound
      ).compactMap { $0[0].int.map(Int64.init) })
  }

  /// Stores relevance maps of samples of one block with their rows, or nothing.
  ///
  /// Maps of the block that are there already stay: a new segment with both takes the place of the
  /// old one.
  ///
  /// - Parameters:
  ///   - rows: What was said of each sample, in order of the maps.
  ///   - maps: The maps, of samples that have none yet.
  ///   - method: How they were explained.
  ///   - model: The model.
  ///   - key: The digest of everything that the maps depend on, 64 hexadecimal digits.
  ///   - block: The data set, the positions of the block, and how the network was run; its name is
  ///     not looked at.
  /// - Throws: `WarehouseError` if the warehouse cannot be written.
  public func writeRelevance(
    _ rows: [RelevanceRow], maps: StoredRelevance, method: RelevanceMethod, model: StoredModel,
    key: String, block: RelevanceBlock
  ) throws {
    precondition(rows.map(\.sample) == maps.sampleIDs, "a row a map")
    let positions = block.first..<block.first + block.count
    let known = try explained(method, model: model.id, dataset: block.dataset, positions: positions)
    let old = try relevanceSegments(key: key, dataset: block.dataset, first: block.first)
    // Maps whose rows went with an earlier model of this name are not kept.
    let kept = try relevance(key: key, dataset: block.dataset, positions: positions)
      .filter { known.contains($0.sample) }
    let name = SegmentName.arrays(
      dataset: block.datasetName, model: model.record.name, key: key, first: block.first,
      part: old.contains { $0.file.hasSuffix(".relevance.h5") } ? "relevanceb" : "relevance")
    let description = SegmentDescription(
      name: name, dataset: block.dataset, first: block.first, count: block.count,
      model: model.record.name, key: key, numerics: block.numerics, kernel: block.kernel)
    try writeSegment(description, replacing: old.map(\.id)) { writer in
      let place = Dictionary(
        writer.sampleIDs.enumerated().map { ($0.element, $0.offset) },
        uniquingKeysWith: { a, _ in a })
      let size = maps.rowShape.reduce(1, *)
      let fresh = maps.sampleIDs.enumerated().map { index, sample in
        RelevanceMap(
          sample: sample, values: Array(maps.values[index * size..<(index + 1) * size]))
      }
      let all = (kept + fresh).sorted { (place[$0.sample] ?? 0) < (place[$1.sample] ?? 0) }
      try writer.relevance(all, key: key, shape: maps.rowShape)
    } commit: { _ in
      try insert(rows, method: method, model: model.id, key: key, dataset: block.dataset)
    }
  }

  /// Relevance maps, as float32.
  ///
  /// - Parameters:
  ///   - key: The digest that they are stored under.
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples.
  /// - Returns: The maps of those samples that have one, in order of their positions.
  /// - Throws: `WarehouseError` if a file is not what its row says.
  public func relevance(
    key: String, dataset: Int64, positions: Range<Int>
  ) throws -> [RelevanceMap] {
    var maps: [RelevanceMap] = []
    for piece in try pieces(key: key, tier: .relevance, dataset: dataset, touching: positions) {
      let entry = try openSegments.entry(url(piece.file))
      let ids = try entry.dataset(piece.node + "/sample_id").readAll(
        Int64.self, limit: piece.positions.count)
      let scales = try entry.dataset(piece.node + "/scale").readAll(
        Float.self, limit: piece.positions.count)
      let values = try entry.dataset(piece.node + "/values")
      guard values.shape.count == 4, values.shape[0] == ids.count, scales.count == ids.count,
        let size = product(Array(values.shape.dropFirst())), size <= 1 << 28
      else {
        throw WarehouseError(
          .damaged, piece.file, "\(piece.node)/values has the shape \(values.shape)",
          advice: "run lethe verify")
      }
      let wanted = Set(
        try catalogue.rows(
          "SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ?", dataset,
          positions.lowerBound, positions.upperBound
        ).compactMap { $0[0].int.map(Int64.init) })
      for (row, id) in ids.enumerated() where wanted.contains(id) {
        let halves = try values.read(
          Float16.self, at: [row, 0, 0, 0], count: [1] + values.shape.dropFirst())
        maps.append(
          RelevanceMap(sample: id, values: halves.map { Float($0) * scales[row] }))
      }
    }
    return maps
  }

  private func relevanceSegments(
    key: String, dataset: Int64, first: Int
  ) throws -> [(id: Int64, file: String)] {
    try catalogue.rows(
      """
      SELECT g.id, g.file FROM stored_array a JOIN segment g ON g.id = a.segment
      WHERE a.key = ? AND a.tier = ? AND a.dataset = ? AND a.first = ?
      """, key, Tier.relevance.rawValue, dataset, first
    ).map { (Int64($0[0].int ?? 0), $0[1].string ?? "") }
  }

  private func insert(
    _ rows: [RelevanceRow], method: RelevanceMethod, model: Int64, key: String, dataset: Int64
  ) throws {
    try catalogue.run(
      """
      INSERT OR IGNORE INTO relevance_run (model, dataset, composite, bias, target, key)
      VALUES (?, ?, ?, ?, ?, ?)
      """, model, dataset, method.composite, method.bias, method.target, key)
    let run = try catalogue.value(
      """
      SELECT id FROM relevance_run
      WHERE model = ? AND dataset = ? AND composite = ? AND bias = ? AND target = ?
      """, model, dataset, method.composite, method.bias, method.target
    ).int
    for row in rows {
      try catalogue.run(
        "INSERT INTO relevance_sample (run, sample, class, start, input) VALUES (?, ?, ?, ?, ?)",
        run, row.sample, row.name, row.start, row.input)
      for (ordinal, total) in row.layers.sorted(by: { $0.key < $1.key }) {
        try catalogue.run(
          "INSERT INTO relevance_layer (run, sample, ordinal, total) VALUES (?, ?, ?, ?)", run,
          row.sample, ordinal, total)
      }
      for unit in row.units {
        try catalogue.run(
          """
          INSERT INTO relevance_au (run, sample, au, mass, area_mass, rank, hit)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """, run, row.sample, unit.au, unit.mass, unit.areaMass, unit.rank,
          unit.hit.map { $0 ? 1 : 0 })
      }
    }
  }
}

/// A block of samples that relevance is stored of, and how the network was run.
public struct RelevanceBlock: Sendable {
  /// The row id of the data set.
  public let dataset: Int64
  /// Its name.
  public let datasetName: String
  /// The position of its first sample.
  public let first: Int
  /// The number of its samples.
  public let count: Int
  /// The numerics, for example `strict`.
  public let numerics: String
  /// The kernel path.
  public let kernel: String

  /// A block of its parts.
  public init(
    dataset: Int64, datasetName: String, first: Int, count: Int, numerics: String, kernel: String
  ) {
    self.dataset = dataset
    self.datasetName = datasetName
    self.first = first
    self.count = count
    self.numerics = numerics
    self.kernel = kernel
  }
}

/// The relevance map of one sample, channels first.
public struct RelevanceMap: Sendable, Equatable {
  /// The sample's row id.
  public let sample: Int64
  /// [C, H, W].
  public let values: [Float]

  /// A map of its parts.
  public init(sample: Int64, values: [Float]) {
    self.sample = sample
    self.values = values
  }
}
