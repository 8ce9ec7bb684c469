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
    let found = try findRows(key, tier, dataset, positions, channels)
    // Pooled rows of many files are read many chunks at a time.
    if tier == .pooled, found.rowShape.count == 2, found.parts.allSatisfy({ $0.piece.type == .f32 })
    {
      return StoredRows(
        positions: positions, rowShape: found.rowShape, values: try pooled(found, channels))
    }
    let values = try [Float](unsafeUninitializedCapacity: found.total) { target, count in
      for part in found.parts {
        do { try decode(part, tier, rowShape: found.rowShape, into: target) } catch {
          throw explained(error, part)
        }
      }
      count = found.total
    }
    return StoredRows(positions: positions, rowShape: found.rowShape, values: values)
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
    let found = try findRows(key, tier, dataset, positions, channels)
    let values = try [UInt8](unsafeUninitializedCapacity: found.total) { target, count in
      for part in found.parts {
        do {
          try openArray(part.piece, tier).array
            .read(into: target, boxes: part.boxes, threads: readingThreads)
        } catch { throw explained(error, part) }
      }
      count = found.total
    }
    return StoredBytes(positions: positions, rowShape: found.rowShape, values: values)
  }

  /// Reads rows at a range of positions, as `readBytes` with an array of them.
  public func readBytes(
    key: String, tier: Tier, dataset: Int64, positions: Range<Int>, channels: Range<Int>? = nil
  ) throws -> StoredBytes {
    try readBytes(
      key: key, tier: tier, dataset: dataset, positions: Array(positions), channels: channels)
  }

  /// Rows that were found, all of one shape.
  private struct FoundRows {
    var parts: [FoundPart] = []
    var rowShape: [Int] = []
    var total = 0
  }

  /// The rows that lie in one segment.
  ///
  /// It is opened again to be read: all segments at once may be more than files may be open.
  private struct FoundPart {
    let piece: ArrayPiece
    /// Of the array, each with the place of its elements in the answer.
    var boxes: [HDF5Box] = []
  }

  /// Finds the segments that hold some rows; every place of the answer is filled by one of them.
  private func findRows(
    _ key: String, _ tier: Tier, _ dataset: Int64, _ positions: [Int], _ channels: Range<Int>?
  ) throws -> FoundRows {
    guard let low = positions.min(), let high = positions.max(), low >= 0, high < Int.max else {
      throw WarehouseError(.invalid, tier.rawValue, "no positions, or negative ones, to read")
    }
    let pieces = try pieces(key: key, tier: tier, dataset: dataset, touching: low..<high + 1)
    let (runs, missing) = Store.runs(of: positions, in: pieces)
    guard missing.isEmpty else {
      throw try notStored(key: key, tier: tier, dataset: dataset, missing: missing)
    }
    var found = FoundRows()
    var partOf: [Int: Int] = [:]
    for run in runs {
      let piece = pieces[run.piece]
      if partOf[run.piece] == nil {
        let (array, _) = try openArray(piece, tier)
        let shape = try shapeOfRow(of: array, piece, channels)
        guard found.parts.isEmpty || found.rowShape == shape else {
          throw WarehouseError(
            .damaged, piece.file, "rows of \(piece.node) differ in shape from those before",
            advice: "run lethe verify")
        }
        guard let total = product([positions.count] + shape), total <= 1 << 34 else {
          throw WarehouseError(
            .invalid, piece.file, "\(positions.count) rows of \(shape) are too many at once")
        }
        partOf[run.piece] = found.parts.count
        found.parts.append(FoundPart(piece: piece))
        found.rowShape = shape
        found.total = total
      }
      guard let part = partOf[run.piece] else { continue }
      let row = found.rowShape.reduce(1, *)
      found.parts[part].boxes.append(
        HDF5Box(
          at: [run.rows.lowerBound, channels?.lowerBound ?? 0]
            + found.rowShape.dropFirst().map { _ in 0 },
          count: [run.rows.count] + found.rowShape, offset: run.target * row))
    }
    return found
  }

  /// The values of rows of `pooled`.
  private func pooled(_ found: FoundRows, _ channels: Range<Int>?) throws -> [Float] {
    var values = [Float](repeating: 0, count: found.total)
    let row = found.rowShape.reduce(1, *)
    let wanted = channels ?? 0..<found.rowShape[0]
    let most = 16
    for first in stride(from: 0, to: found.parts.count, by: most) {
      let runs = try found.parts[first..<min(first + most, found.parts.count)].flatMap { part in
        let array = try openArray(part.piece, .pooled).array
        return part.boxes.map { box in
          PooledRun(
            dataset: array, rows: box.start[0]..<box.start[0] + box.count[0],
            target: row > 0 ? box.offset / row : 0)
        }
      }
      for run in try readChunks(of: runs, channels: wanted, into: &values) {
        try run.dataset.read(
          into: &values, offset: run.target * row,
          at: [run.rows.lowerBound, wanted.lowerBound, 0], count: [run.rows.count] + found.rowShape)
      }
    }
    return values
  }

  /// What a failure to read a segment means for the warehouse.
  private func explained(_ error: any Error, _ part: FoundPart) -> any Error {
    guard let error = error as? HDF5Error else { return error }
    return WarehouseError(.damaged, part.piece.file, error.description, advice: "run lethe verify")
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

  /// Fills the places of a part's rows, converting chunks as they are decoded.
  private func decode(
    _ part: FoundPart, _ tier: Tier, rowShape: [Int],
    into target: UnsafeMutableBufferPointer<Float>
  ) throws {
    let (array, ranges) = try openArray(part.piece, tier)
    // Stretches do not overlap, and each is written by one thread.
    nonisolated(unsafe) let target = target
    switch part.piece.type {
    case .f32: try array.read(into: target, boxes: part.boxes, threads: readingThreads)
    case .f16:
      try array.forEachStretch(of: part.boxes, as: Float16.self, threads: readingThreads) {
        halves, offset in
        HalfPrecision.decode(halves, into: target, at: offset)
      }
    case .u8:
      guard let ranges else { return }
      let channels = rowShape[0]
      let positions = rowShape.dropFirst().reduce(1, *)
      var scales = [Float](repeating: 0, count: 2 * target.count / max(1, positions))
      // Two numbers a channel, at the places of the channels in the answer.
      let boxes = part.boxes.map { box in
        HDF5Box(
          at: [box.start[0], box.start[1], 0], count: [box.count[0], channels, 2],
          offset: 2 * box.offset / max(1, positions))
      }
      try scales.withUnsafeMutableBufferPointer {
        try ranges.read(into: $0, boxes: boxes, threads: readingThreads)
      }
      let known = scales
      try array.forEachStretch(of: part.boxes, as: UInt8.self, threads: readingThreads) {
        codes, offset in
        ChannelCodes.decode(codes, ranges: known, positions: positions, into: target, at: offset)
      }
    case .bits:
      throw WarehouseError(.damaged, array.path, "its row calls it bits")
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
