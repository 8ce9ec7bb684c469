internal import SQLite

/// What has changed in a data set that was there already.
public struct DatasetUpdate: Sendable, Equatable {
  /// What was found, sample by sample.
  public internal(set) var counts = DatasetUpdater.Counts()
  /// Whether all stored inputs went.
  public internal(set) var dropsInputs = false
  /// What went because pictures are others.
  public internal(set) var byPictures = ForgottenArrays()
  /// Samples whose landmarks or face box have changed.
  public internal(set) var movedFaces = 0
  /// What went because networks take pictures by the landmarks or the face box.
  public internal(set) var byFaces = ForgottenArrays()
  /// The networks that do, ascending.
  public internal(set) var faceModels: [String] = []
}

extension Store {
  /// Brings a data set up to date, in one transaction, and forgets what was computed from what has
  /// changed.
  ///
  /// Where a picture is another one, all that was computed from its block goes; where a face box or
  /// landmarks have changed, what was computed by the networks that take pictures by them. Where
  /// landmarks, action units or masks have changed, the stored inputs go, since they carry masks;
  /// activations stay.
  ///
  /// - Parameters:
  ///   - name: The data set.
  ///   - format: The layout that was read; it must be that of the data set.
  ///   - root: What was read; it must be that of the data set.
  ///   - options: What the reader was told, JSON.
  ///   - face: By what a network with a preprocessing (JSON) takes pictures; nil: by neither.
  ///   - digest: SHA-256 of the picture at a path, as `recordPictures` was told it; nil if it cannot
  ///     be read.
  ///   - body: Tells the updater of every sample.
  /// - Returns: What has changed, and what went.
  /// - Throws: `WarehouseError` if the data set was read from elsewhere, or its samples or splits
  ///   are others; what `body` throws. Then nothing has changed.
  public func updateDataset(
    name: String, format: String, root: String, options: String,
    face: (_ preprocessing: String) throws -> FaceFeature?,
    digest: @escaping (_ path: String) -> String?, body: (DatasetUpdater) throws -> Void
  ) throws -> DatasetUpdate {
    try requireWritable()
    let stored = try dataset(named: name)
    guard stored.format == format, stored.root == root else {
      throw WarehouseError(
        .conflict, name,
        "there is a data set of that name, read as \(stored.format) from "
          + stored.root, advice: "choose another name, or replace it")
    }
    let (update, files) = try catalogue.transaction {
      let updater = try DatasetUpdater(dataset: stored.id, catalogue: catalogue, digest: digest)
      try body(updater)
      updater.finish()
      try Store.refuseOtherSamples(updater.counts, name)
      try catalogue.run("UPDATE dataset SET options = ? WHERE id = ?", options, stored.id)
      try catalogue.run("DELETE FROM coding WHERE id NOT IN (SELECT coding FROM sample_coding)")
      return try forget(what: updater, face)
    }
    try unlinkSegments(files)
    return update
  }

  /// Forgets what was computed from what has changed; returns the files that no row names any more.
  private func forget(
    what updater: DatasetUpdater, _ face: (String) throws -> FaceFeature?
  ) throws -> (DatasetUpdate, [String]) {
    var update = DatasetUpdate(counts: updater.counts)
    let (byPictures, pictureFiles) = try forget(updater.pictures, of: updater.dataset)
    update.byPictures = byPictures
    var files = pictureFiles
    for feature in FaceFeature.allCases {
      guard let samples = updater.faces[feature] else { continue }
      let models = try models()
      let readers = try models.filter { try face($0.record.preprocessing) == feature }
      let spared = Set(models.map(\.id)).subtracting(readers.map(\.id))
      let (byFaces, faceFiles) = try forget(samples, of: updater.dataset, sparing: spared)
      update.movedFaces = max(update.movedFaces, samples.count)
      update.byFaces.add(byFaces)
      update.faceModels += readers.map(\.record.name)
      files += faceFiles
    }
    update.faceModels.sort()
    guard updater.changesMasks else { return (update, files) }
    let segments = try catalogue.rows(
      "SELECT DISTINCT segment FROM stored_array WHERE dataset = ? AND tier = ?", updater.dataset,
      Tier.inputs.rawValue)
    files += try removeSegmentRows(segments.compactMap { $0[0].int.map(Int64.init) })
    try catalogue.run(
      "DELETE FROM au_mask WHERE sample IN (SELECT id FROM sample WHERE dataset = ?)",
      updater.dataset)
    update.dropsInputs = !segments.isEmpty
    return (update, files)
  }

  private static func refuseOtherSamples(
    _ counts: DatasetUpdater.Counts, _ name: String
  ) throws {
    let parts = [
      (counts.added, "new"), (counts.removed, "gone"),
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
