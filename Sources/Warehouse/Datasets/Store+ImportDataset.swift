internal import SQLite

extension Store {
  /// Puts a data set in, in one transaction.
  ///
  /// - Parameters:
  ///   - name: What commands will call it.
  ///   - format: The layout that was read, for example `csv`.
  ///   - root: The absolute path of the folder or file that was read.
  ///   - options: What the reader was told, JSON.
  ///   - isReplacing: Whether a data set of that name gives way, with everything that was computed
  ///     from it.
  ///   - body: Adds the samples.
  /// - Returns: The data set's row id.
  /// - Throws: `WarehouseError` if there is one of that name, or no sample was added;
  ///   `SQLiteError` if the catalogue cannot be written; what `body` throws. Then nothing has
  ///   changed.
  @discardableResult
  public func importDataset(
    name: String, format: String, root: String, options: String = "{}",
    replacing isReplacing: Bool = false, body: (DatasetWriter) throws -> Void
  ) throws -> Int64 {
    try requireWritable()
    try StoredName.check(name, kind: "data set")
    let (id, files) = try catalogue.transaction {
      var files: [String] = []
      if let old = try catalogue.value("SELECT id FROM dataset WHERE name = ?", name).int {
        guard isReplacing else {
          throw WarehouseError(
            .conflict, name, "there is a data set of that name",
            advice: "choose another name, or replace it")
        }
        files = try deleteRows(ofDataset: Int64(old))
      }
      try catalogue.run(
        "INSERT INTO dataset (name, format, root, options) VALUES (?, ?, ?, ?)", name, format,
        root, options)
      let writer = try DatasetWriter(dataset: catalogue.lastInsertedRow, catalogue: catalogue)
      try body(writer)
      guard writer.count > 0 else {
        throw WarehouseError(.invalid, root, "there is no sample in it")
      }
      return (writer.dataset, files)
    }
    try unlinkSegments(files)
    return id
  }

  /// Removes a data set and everything that was computed from it.
  public func removeDataset(named name: String) throws {
    try requireWritable()
    let id = try dataset(named: name).id
    try unlinkSegments(try catalogue.transaction { try deleteRows(ofDataset: id) })
  }

  /// Deletes the rows of a data set, within a transaction; returns the files that they named.
  private func deleteRows(ofDataset id: Int64) throws -> [String] {
    let segments = try catalogue.rows("SELECT id FROM segment WHERE dataset = ?", id)
    let files = try removeSegmentRows(segments.compactMap { $0[0].int.map(Int64.init) })
    let bySample = [
      "prediction", "au_mask", "mask_file", "landmark_set", "sample_coding", "au", "score", "label",
    ]
    for table in bySample {
      try catalogue.run(
        "DELETE FROM \(table) WHERE sample IN (SELECT id FROM sample WHERE dataset = ?)", id)
    }
    for table in ["concept", "threshold", "provisional_bound", "rejected", "sample"] {
      try catalogue.run("DELETE FROM \(table) WHERE dataset = ?", id)
    }
    try catalogue.run("DELETE FROM coding WHERE id NOT IN (SELECT coding FROM sample_coding)")
    try catalogue.run("DELETE FROM dataset WHERE id = ?", id)
    return files
  }
}
