internal import Foundation
internal import SQLite

extension Store {
  /// Forgets stored arrays; the files of segments that hold no other array go with them.
  ///
  /// - Parameters:
  ///   - tier: Which tier.
  ///   - keys: Whose arrays: layers' prefixes or input keys.
  ///   - dataset: The row id of the data set.
  ///   - commit: What goes with it, in the same transaction.
  /// - Returns: How many arrays were named.
  /// - Throws: `SQLiteError` or `WarehouseError` if the warehouse cannot be written, or what
  ///   `commit` throws; then nothing has changed.
  @discardableResult
  public func removeArrays(
    tier: Tier, keys: [String], dataset: Int64, commit: () throws -> Void = {}
  ) throws -> Int {
    try requireWritable()
    let (count, files) = try catalogue.transaction {
      var segments: Set<Int64> = []
      var count = 0
      for key in keys {
        for row in try catalogue.rows(
          "SELECT segment FROM stored_array WHERE key = ? AND tier = ? AND dataset = ?", key,
          tier.rawValue, dataset)
        {
          if let segment = row[0].int { segments.insert(Int64(segment)) }
        }
        try catalogue.run(
          "DELETE FROM stored_array WHERE key = ? AND tier = ? AND dataset = ?", key,
          tier.rawValue, dataset)
        count += catalogue.changes
      }
      try commit()
      let empty = try segments.sorted().filter { segment in
        try catalogue.row("SELECT 1 FROM stored_array WHERE segment = ?", segment) == nil
      }
      return (count, try removeSegmentRows(empty))
    }
    try unlinkSegments(files)
    return count
  }

  /// Forgets whole segments: their rows in one transaction together with `commit`, then their
  /// files.
  ///
  /// - Parameters:
  ///   - segments: Row ids.
  ///   - commit: What belongs to it.
  /// - Throws: `SQLiteError` or `WarehouseError` if the warehouse cannot be written, or what
  ///   `commit` throws.
  public func removeSegments(_ segments: [Int64], commit: () throws -> Void = {}) throws {
    try requireWritable()
    let files = try catalogue.transaction {
      let files = try removeSegmentRows(segments)
      try commit()
      return files
    }
    try unlinkSegments(files)
  }

  /// Deletes the rows of segments, within a transaction; returns the files that they named.
  func removeSegmentRows(_ segments: [Int64]) throws -> [String] {
    var files: [String] = []
    for segment in segments {
      let file = try catalogue.value("SELECT file FROM segment WHERE id = ?", segment).string
      if let file { files.append(file) }
      try catalogue.run("DELETE FROM stored_array WHERE segment = ?", segment)
      try catalogue.run("DELETE FROM segment WHERE id = ?", segment)
    }
    return files
  }

  /// Removes the files of segments that no row names any more.
  func unlinkSegments(_ files: [String]) throws {
    guard !files.isEmpty else { return }
    openSegments.removeAll()
    for file in files {
      // A name that is not ours was never written by us, whatever a row said.
      guard SegmentName(recognising: file) != nil else { continue }
      try removeIfPresent(url(file))
    }
  }
}
