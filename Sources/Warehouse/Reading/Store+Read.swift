internal import HDF5

extension Store {
  /// Reads `pooled` or `maps` rows, as float32 whatever they are stored as.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix.
  ///   - tier: `pooled` or `maps`.
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples, in any order; the memory needed is that of these rows.
  ///   - channels: Which channels; nil = all.
  /// - Returns: The rows in the order of `positions`.
  /// - Throws: `WarehouseError` that names the command to run if rows are not stored, or if the
  ///   file is not what its row says.
  public func read(
    key: String, tier: Tier, dataset: Int64, positions: [Int], channels: Range<Int>? = nil
  ) throws -> StoredRows {
    guard [.pooled, .maps].contains(tier) else {
      throw WarehouseError(.invalid, tier.rawValue, "this tier holds bytes, not numbers")
    }
    var values: [Float] = []
    // What lies in chunks of its own type is read many chunks at a time.
    var pooled: [PooledRun] = []
    let rowShape = try readRuns(key, tier, dataset, positions, channels) { run, rowShape, total in
      if values.isEmpty { values = [Float](repeating: 0, count: total) }
      if tier == .pooled, run.type == .f32, rowShape.count == 2 {
        pooled.append(PooledRun(dataset: run.dataset, rows: run.rows, target: run.target))
      } else {
        try decode(run, rowShape: rowShape, channels: channels, into: &values)
      }
    }
    if !pooled.isEmpty {
      let wanted = channels ?? 0..<rowShape[0]
      for run in try readChunks(of: pooled, channels: wanted, into: &values) {
        try run.dataset.read(
          into: &values, offset: run.target * rowShape.reduce(1, *),
          at: [run.rows.lowerBound, wanted.lowerBound, 0], count: [run.rows.count] + rowShape)
      }
    }
    return StoredRows(positions: positions, rowShape: rowShape, values: values)
  }

  /// Reads rows at a range of positions, as `read` with an array of them.
  public func read(
    key: String, tier: Tier, dataset: Int64, positions: Range<Int>, channels: Range<Int>? = nil
  ) throws -> StoredRows {
    try read(
      key: key, tier: tier, dataset: dataset, positions: Array(positions), channels: channels)
  }

  /// Reads `inputs` or `bits` rows, as the bytes that are stored.
  ///
  /// - Parameters:
  ///   - key: The input key or the layer's prefix.
  ///   - tier: `inputs` or `bits`.
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples, in any order; the memory needed is that of these rows.
  ///   - channels: Which channels of `bits`; nil = all.
  /// - Returns: The rows in the order of `positions`.
  /// - Throws: `WarehouseError` that names the command to run if rows are not stored, or if the
  ///   file is not what its row says.
  public func readBytes(
    key: String, tier: Tier, dataset: Int64, positions: [Int], channels: Range<Int>? = nil
  ) throws -> StoredBytes {
    guard tier == .bits || (tier == .inputs && channels == nil) else {
      throw WarehouseError(.invalid, tier.rawValue, "these rows cannot be read as bytes")
    }
    var values: [UInt8] = []
    let rowShape = try readRuns(key, tier, dataset, positions, channels) { run, rowShape, total in
      if values.isEmpty { values = [UInt8](repeating: 0, count: total) }
      try run.dataset.read(
        into: &values, offset: run.target * rowShape.reduce(1, *),
        at: start(run, rowShape, channels), count: [run.rows.count] + rowShape)
    }
    return StoredBytes(positions: positions, rowShape: rowShape, values: values)
  }

  /// Reads rows at a range of positions, as `readBytes` with an array of them.
  public func readBytes(
    key: String, tier: Tier, dataset: Int64, positions: Range<Int>, channels: Range<Int>? = nil
  ) throws -> StoredBytes {
    try readBytes(
      key: key, tier: tier, dataset: dataset, positions: Array(positions), channels: channels)
  }

  /// A run with the open dataset that it lies in.
  private struct OpenRun {
    let dataset: HDF5Dataset
    let ranges: HDF5Dataset?
    let type: StoredType
    let rows: Range<Int>
    let target: Int
  }

  /// Calls `body` for each run of rows; returns the shape of a row.
  private func readRuns(
    _ key: String, _ tier: Tier, _ dataset: Int64, _ positions: [Int], _ channels: Range<Int>?,
    _ body: (OpenRun, [Int], Int) throws -> Void
  ) throws -> [Int] {
    guard let low = positions.min(), let high = positions.max(), low >= 0, high < Int.max else {
      throw WarehouseError(.invalid, tier.rawValue, "no positions, or negative ones, to read")
    }
    let pieces = try pieces(key: key, tier: tier, dataset: dataset, touching: low..<high + 1)
    let (runs, missing) = Store.runs(of: positions, in: pieces)
    guard missing.isEmpty else {
      throw try notStored(key: key, tier: tier, dataset: dataset, missing: missing)
    }
    var rowShape: [Int]?
    for run in runs {
      let piece = pieces[run.piece]
      let (array, ranges) = try openArray(piece, tier)
      let shape = try shapeOfRow(of: array, piece, channels)
      guard rowShape == nil || rowShape == shape else {
        throw WarehouseError(
          .damaged, piece.file, "rows of \(piece.node) differ in shape from those before",
          advice: "run lethe verify")
      }
      rowShape = shape
      guard let total = product([positions.count] + shape), total <= 1 << 34 else {
        throw WarehouseError(
          .invalid, piece.file, "\(positions.count) rows of \(shape) are too many at once")
      }
      let open = OpenRun(
        dataset: array, ranges: ranges, type: piece.type, rows: run.rows, target: run.target)
      try body(open, shape, total)
    }
    return rowShape ?? []
  }

  private func openArray(
    _ piece: ArrayPiece, _ tier: Tier
  ) throws -> (array: HDF5Dataset, ranges: HDF5Dataset?) {
    do {
      let entry = try openSegments.entry(storedFile(piece.file))
      let needsRanges = piece.type == .u8 && tier == .maps
      return (
        try entry.dataset(piece.node),
        needsRanges ? try entry.dataset(piece.node + "_range") : nil
      )
    } catch let error as HDF5Error {
      throw WarehouseError(
        .damaged, piece.file, error.description, advice: "run lethe verify")
    }
  }

  private func shapeOfRow(
    of array: HDF5Dataset, _ piece: ArrayPiece, _ channels: Range<Int>?
  ) throws -> [Int] {
    var shape = Array(array.shape.dropFirst())
    guard array.shape.first == piece.positions.count, !shape.isEmpty else {
      throw WarehouseError(
        .damaged, piece.file,
        "\(piece.node) has the shape \(array.shape) for \(piece.positions.count) samples",
        advice: "run lethe verify")
    }
    if let channels {
      guard channels.lowerBound >= 0, channels.upperBound <= shape[0], !channels.isEmpty else {
        throw WarehouseError(
          .invalid, piece.node, "channels \(channels) of \(shape[0]) were asked for")
      }
      shape[0] = channels.count
    }
    return shape
  }

  private func start(_ run: OpenRun, _ rowShape: [Int], _ channels: Range<Int>?) -> [Int] {
    [run.rows.lowerBound, channels?.lowerBound ?? 0] + rowShape.dropFirst().map { _ in 0 }
  }

  private func decode(
    _ run: OpenRun, rowShape: [Int], channels: Range<Int>?, into values: inout [Float]
  ) throws {
    let offset = run.target * rowShape.reduce(1, *)
    let start = start(run, rowShape, channels)
    let count = [run.rows.count] + rowShape
    switch run.type {
    case .f32: try run.dataset.read(into: &values, offset: offset, at: start, count: count)
    case .f16:
      let halves = try run.dataset.read(Float16.self, at: start, count: count)
      for index in halves.indices { values[offset + index] = Float(halves[index]) }
    case .u8:
      guard let ranges = run.ranges else { return }
      let codes = try run.dataset.read(UInt8.self, at: start, count: count)
      let scales = try ranges.read(
        Float.self, at: [start[0], start[1], 0], count: [count[0], count[1], 2])
      ChannelCodes.decode(
        codes, ranges: scales, positions: rowShape.dropFirst().reduce(1, *), into: &values,
        at: offset)
    case .bits:
      throw WarehouseError(.damaged, run.dataset.path, "its row calls it bits")
    }
  }
}

/// The product of extents; nil if one is negative or it overflows.
func product(_ extents: [Int]) -> Int? {
  var product = 1
  for extent in extents {
    let (next, overflow) = product.multipliedReportingOverflow(by: extent)
    guard extent >= 0, !overflow else { return nil }
    product = next
  }
  return product
}
