internal import SQLite

extension Store {
  /// Keeps hypotheses, all or none; those that are there already are left as they are.
  ///
  /// - Parameter records: What to keep.
  /// - Returns: How many are new.
  /// - Throws: `WarehouseError` if the warehouse is not open for writing, `SQLiteError` if it cannot
  ///   be written.
  @discardableResult
  public func addHypotheses(_ records: [HypothesisRecord]) throws -> Int {
    try requireWritable()
    return try catalogue.transaction {
      var added = 0
      for record in records {
        try catalogue.run(
          """
          INSERT OR IGNORE INTO hypothesis
            (before, after, dataset, split, text, direction, aus, samples, added)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
          """, record.before, record.after, record.dataset, record.split, record.text,
          record.direction.rawValue, list(record.aus), list(record.samples), timestamp())
        added += catalogue.changes
      }
      return added
    }
  }

  private func list(_ numbers: [Int]) -> String {
    "[" + numbers.map(String.init).joined(separator: ",") + "]"
  }
}
