internal import HDF5
internal import SQLite

extension Store {
  /// Reads the masks of one action unit, of those samples in a range that have one.
  ///
  /// - Parameters:
  ///   - inputKey: The digest of the input geometry.
  ///   - dataset: The row id of the data set.
  ///   - au: The action unit's number.
  ///   - kind: Whether it is present in the samples.
  ///   - positions: Of the samples.
  /// - Returns: The masks, in ascending positions.
  /// - Throws: `WarehouseError` if inputs of these positions are not stored, or the file is not
  ///   what its row says.
  public func readMasks(
    inputKey: String, dataset: Int64, au: Int, kind: MaskKind, positions: Range<Int>
  ) throws -> StoredMasks {
    guard positions.lowerBound >= 0 else {
      throw WarehouseError(.invalid, "masks", "there are no negative positions")
    }
    let inputs = try pieces(key: inputKey, tier: .inputs, dataset: dataset, touching: positions)
    let missing = Store.runs(of: Array(positions), in: inputs).missing
    guard missing.isEmpty else {
      throw try notStored(key: inputKey, tier: .inputs, dataset: dataset, missing: missing)
    }
    var found: [Int] = []
    var shape: [Int] = []
    var values: [UInt8] = []
    for piece in try pieces(key: inputKey, tier: kind.tier, dataset: dataset, touching: positions) {
      let entry = try openSegments.entry(storedFile(piece.file))
      let group = SegmentNode.masks(kind, au: au)
      guard try entry.root.contains(group) else { continue }
      let rows = try maskRows(entry, group, piece, dataset, positions)
      guard let first = rows.first, let last = rows.last else { continue }
      let masks = try entry.dataset(group + "/mask")
      guard masks.shape.count == 3, first.row >= 0, last.row < masks.shape[0],
        shape.isEmpty || shape == Array(masks.shape.dropFirst()),
        let total = product([last.row - first.row + 1] + masks.shape.dropFirst()), total <= 1 << 34
      else {
        throw WarehouseError(
          .damaged, piece.file, "\(group)/mask has the shape \(masks.shape)",
          advice: "run lethe verify")
      }
      shape = Array(masks.shape.dropFirst())
      // Rows ascend with positions, so those of a range follow each other.
      values += try masks.read(
        UInt8.self, at: [first.row, 0, 0], count: [last.row - first.row + 1] + shape)
      found += rows.map(\.position)
    }
    return StoredMasks(positions: found, rowShape: shape, values: values)
  }

  /// The rows of a mask array whose samples lie in a range of positions.
  private func maskRows(
    _ entry: SegmentCache.Entry, _ group: String, _ piece: ArrayPiece, _ dataset: Int64,
    _ positions: Range<Int>
  ) throws -> [(row: Int, position: Int)] {
    let ids = try entry.dataset(group + "/sample_id").readAll(
      Int64.self, limit: piece.positions.count)
    var positionOf: [Int64: Int] = [:]
    for row in try catalogue.rows(
      "SELECT id, position FROM sample WHERE dataset = ? AND position >= ? AND position < ?",
      dataset, piece.positions.lowerBound, piece.positions.upperBound)
    {
      if let id = row[0].int, let position = row[1].int { positionOf[Int64(id)] = position }
    }
    let all = try ids.enumerated().map { row, id in
      guard let position = positionOf[id] else {
        throw WarehouseError(
          .damaged, piece.file, "\(group) names the sample \(id), which is not in its range",
          advice: "run lethe verify")
      }
      return (row: row, position: position)
    }
    guard zip(all, all.dropFirst()).allSatisfy({ $0.position < $1.position }) else {
      throw WarehouseError(
        .damaged, piece.file, "the samples of \(group) do not ascend", advice: "run lethe verify")
    }
    return all.filter { positions.contains($0.position) }
  }

  /// Calls `body` for each segment that holds an array of a key and tier, in ascending positions.
  ///
  /// - Parameters:
  ///   - key: The layer's prefix or the input key.
  ///   - tier: Which tier.
  ///   - dataset: The row id of the data set.
  ///   - positions: Only segments that touch these; nil = all.
  ///   - body: Receives the positions and a reader of the named arrays below the array's node.
  /// - Throws: `WarehouseError` if a file is not what its row says, or what `body` throws.
  public func forEachSegment(
    key: String, tier: Tier, dataset: Int64, touching positions: Range<Int>? = nil,
    _ body: (Range<Int>, NamedArrayReader) throws -> Void
  ) throws {
    let range = positions ?? 0..<Int.max
    for piece in try pieces(key: key, tier: tier, dataset: dataset, touching: range) {
      let entry = try openSegments.entry(storedFile(piece.file))
      try body(piece.positions, NamedArrayReader(group: entry.root.group(piece.node)))
    }
  }
}

/// Reads arrays that were stored by name.
public struct NamedArrayReader {
  let group: HDF5Group

  /// The names of the arrays.
  public func names() throws -> [String] { try group.members() }

  /// Reads an array of float32; at most `limit` elements.
  public func floats(_ name: String, limit: Int = 1 << 28) throws -> [Float] {
    try group.dataset(name).readAll(Float.self, limit: limit)
  }

  /// Reads an array of bytes; at most `limit` elements.
  public func bytes(_ name: String, limit: Int = 1 << 30) throws -> [UInt8] {
    try group.dataset(name).readAll(UInt8.self, limit: limit)
  }

  /// Reads an array of 64-bit integers; at most `limit` elements.
  public func integers(_ name: String, limit: Int = 1 << 27) throws -> [Int64] {
    try group.dataset(name).readAll(Int64.self, limit: limit)
  }

  /// The shape of an array.
  public func shape(_ name: String) throws -> [Int] { try group.dataset(name).shape }
}
