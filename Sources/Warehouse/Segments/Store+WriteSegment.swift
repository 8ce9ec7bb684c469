public import Foundation
internal import HDF5
internal import Hashing
internal import SQLite

extension Store {
  /// Writes one segment and everything that belongs to it, or nothing.
  ///
  /// The file is written beside its place, brought to the disk, digested and moved into place;
  /// then one transaction inserts the rows that name it and runs `commit`. Whenever the process
  /// ends, the warehouse has the segment with its rows, or no row that names it; what is left of
  /// the file is removed by the next writer.
  /// - Parameters:
  ///   - description: What the segment is about.
  ///   - replaced: Row ids of segments that this one makes superfluous: their rows go in the same
  ///     transaction, their files after it.
  ///   - threads: How many chunks are compressed at a time; the bytes do not depend on it.
  ///   - body: Fills the file.
  ///   - commit: Inserts what belongs to it (predictions, masks, thresholds), given the row id of
  ///     the segment.
  /// - Returns: The row id of the segment.
  /// - Throws: `WarehouseError` if the segment is there already, is not whole or cannot be written,
  ///   or whatever `body` and `commit` throw; then nothing has changed.
  @discardableResult
  public func writeSegment(
    _ description: SegmentDescription, replacing replaced: [Int64] = [],
    threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    body: (SegmentWriter) throws -> Void, commit: (Int64) throws -> Void = { _ in }
  ) throws -> Int64 {
    try requireWritable()
    let path = description.name.path
    guard try !isSegment(path) else {
      throw WarehouseError(.conflict, path, "the segment is stored already")
    }
    let ids = try sampleIDs(of: description)
    let target = url(path)
    let partial = url(path + Layout.partialSuffix)
    do {
      try createFolder(target.deletingLastPathComponent())
      try removeIfPresent(partial)
      try willReach(.create)
      let rows = try fill(partial, description, ids, threads, body)
      try willReach(.synchronise)
      try synchronise(partial)
      try willReach(.digest)
      let (digest, bytes) = try SHA256.hex(ofFile: partial)
      try willReach(.rename)
      try moveIntoPlace(partial, target)
      try willReach(.insert)
      let (id, files) = try catalogue.transaction {
        let files = try removeSegmentRows(replaced)
        let id = try insert(description, rows, digest: digest, bytes: bytes)
        try commit(id)
        try willReach(.commit)
        return (id, files)
      }
      try willReach(.unlink)
      try unlinkSegments(files)
      try willReach(.done)
      return id
    } catch {
      try? removeIfPresent(partial)
      // A commit that failed half-way may be there all the same: then its file stays, and so does
      // one of which the catalogue cannot tell.
      if let isNamed = try? isSegment(path), !isNamed { try? removeIfPresent(target) }
      throw WriteFailure.explained(error, path: path)
    }
  }

  /// Whether a row of the catalogue names a file.
  func isSegment(_ path: String) throws -> Bool {
    try catalogue.row("SELECT 1 FROM segment WHERE file = ?", path) != nil
  }

  private func fill(
    _ url: URL, _ description: SegmentDescription, _ ids: [Int64], _ threads: Int,
    _ body: (SegmentWriter) throws -> Void
  ) throws -> [ArrayRow] {
    let file = try HDF5File.create(url)
    do {
      try describe(file, description, ids)
      let writer = try SegmentWriter(
        file: file, description: description, sampleIDs: ids, threads: threads)
      try willReach(.body)
      try body(writer)
      let rows = try writer.finish()
      try willReach(.close)
      try file.close()
      return rows
    } catch {
      try? file.close()
      throw error
    }
  }

  private func describe(
    _ file: HDF5File, _ description: SegmentDescription, _ ids: [Int64]
  ) throws {
    let root = try file.root()
    let dataset = try catalogue.value("SELECT name FROM dataset WHERE id = ?", description.dataset)
    // A segment that is written anew keeps them: `SegmentRewrite`.
    let attributes: [(String, HDF5AttributeValue)] = [
      ("format", .text("lethe-segment")), ("version", .integer(1)),
      ("dataset", .text(dataset.string ?? "")), ("model", .text(description.model ?? "")),
      ("key", .text(description.key)), ("first", .integer(Int64(description.first))),
      ("count", .integer(Int64(description.count))), ("numerics", .text(description.numerics)),
      ("kernel", .text(description.kernel)),
    ]
    for (name, value) in attributes { try root.attributes.set(value, for: name) }
    try root.createDataset(SegmentNode.sampleID, of: .int64, shape: [ids.count]).write(ids)
  }

  private func insert(
    _ description: SegmentDescription, _ rows: [ArrayRow], digest: String, bytes: Int
  ) throws -> Int64 {
    try catalogue.run(
      "INSERT INTO segment (file, dataset, first, count, bytes, sha256) VALUES (?, ?, ?, ?, ?, ?)",
      description.name.path, description.dataset, description.first, description.count, bytes,
      digest)
    let id = catalogue.lastInsertedRow
    for array in rows {
      try catalogue.run(
        """
        INSERT INTO stored_array (key, tier, dataset, first, segment, node, dtype, bytes, codec)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        array.row.key, array.row.tier.rawValue, description.dataset, description.first, id,
        array.row.node, array.row.type.rawValue, array.bytes, array.row.codec.rawValue)
    }
    return id
  }

  /// The ids of the samples at the positions that a segment covers.
  private func sampleIDs(of description: SegmentDescription) throws -> [Int64] {
    let ids = try catalogue.rows(
      "SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ? ORDER BY position",
      description.dataset, description.first, description.first + description.count
    ).compactMap { $0[0].int.map(Int64.init) }
    guard description.count > 0, ids.count == description.count else {
      throw WarehouseError(
        .invalid, description.name.path,
        "the data set has \(ids.count) samples at positions \(description.first) to "
          + "\(description.first + description.count - 1)")
    }
    return ids
  }
}

/// Failures to write, in the warehouse's words.
enum WriteFailure {
  static func explained(_ error: any Error, path: String) -> any Error {
    switch error {
    case let error as HDF5Error:
      WarehouseError(
        .writeFailed, path, error.description, advice: "see whether the disk is full")
    case let error as SQLiteError where error.isWriteFailure:
      WarehouseError(
        .writeFailed, path, "the catalogue cannot be written: \(error.message)",
        advice: "see whether the disk is full")
    default: error
    }
  }
}

/// Removes a file if it is there.
func removeIfPresent(_ url: URL) throws {
  guard unlink(url.path) == 0 || errno == ENOENT else {
    throw WarehouseError(.writeFailed, url.path, "it cannot be removed (\(lastSystemError()))")
  }
}
