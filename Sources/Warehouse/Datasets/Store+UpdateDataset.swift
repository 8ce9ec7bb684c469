internal import SQLite

extension Store {
  /// Brings a data set up to date, in one transaction, without losing what was computed from it.
  ///
  /// Where landmarks, action units or masks have changed, the stored inputs go, since they carry
  /// them; the next ingest makes them anew, and activations stay.
  ///
  /// - Parameters:
  ///   - name: The data set.
  ///   - format: The layout that was read; it must be that of the data set.
  ///   - root: What was read; it must be that of the data set.
  ///   - options: What the reader was told, JSON.
  ///   - body: Tells the updater of every sample.
  /// - Returns: What has changed, and whether stored inputs went.
  /// - Throws: `WarehouseError` if the data set was read from elsewhere, or its pictures or splits
  ///   are others; what `body` throws. Then nothing has changed.
  public func updateDataset(
    name: String, format: String, root: String, options: String,
    body: (DatasetUpdater) throws -> Void
  ) throws -> (counts: DatasetUpdater.Counts, dropsInputs: Bool) {
    try requireWritable()
    let stored = try dataset(named: name)
    guard stored.format == format, stored.root == root else {
      throw WarehouseError(
        .conflict, name,
        "there is a data set of that name, read as \(stored.format) from "
          + stored.root, advice: "choose another name, or replace it")
    }
    let (result, files) = try catalogue.transaction {
      let updater = try DatasetUpdater(dataset: stored.id, catalogue: catalogue)
      try body(updater)
      updater.finish()
      try Store.refuseOtherPictures(updater.counts, name)
      try catalogue.run("UPDATE dataset SET options = ? WHERE id = ?", options, stored.id)
      try catalogue.run("DELETE FROM coding WHERE id NOT IN (SELECT coding FROM sample_coding)")
      guard updater.changesMasks else { return ((updater.counts, false), [String]()) }
      let segments = try catalogue.rows(
        "SELECT DISTINCT segment FROM stored_array WHERE dataset = ? AND tier = ?", stored.id,
        Tier.inputs.rawValue)
      let files = try removeSegmentRows(segments.compactMap { $0[0].int.map(Int64.init) })
      try catalogue.run(
        "DELETE FROM au_mask WHERE sample IN (SELECT id FROM sample WHERE dataset = ?)", stored.id)
      return ((updater.counts, !segments.isEmpty), files)
    }
    try unlinkSegments(files)
    return result
  }

  private static func refuseOtherPictures(
    _ counts: DatasetUpdater.Counts, _ name: String
  ) throws {
    let parts = [
      (counts.added, "new"), (counts.removed, "gone"), (counts.resized, "of another size"),
      (counts.moved, "in another split, of another subject or elsewhere in a video"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    guard parts.isEmpty else {
      throw WarehouseError(
        .conflict, name,
        "there is a data set of that name, and its samples are others now: "
          + parts.joined(separator: ", "),
        advice: "replace it, with what was computed from it (--replace), or choose another name")
    }
  }
}
