internal import SQLite

/// Brings what a data set says of its samples up to date, within one transaction.
///
/// Splits stay as they are. Where a picture is another one, or where the face lies in it, what was
/// computed from it is forgotten when all samples have been told.
public final class DatasetUpdater {
  /// What was found, sample by sample.
  public struct Counts: Sendable, Equatable {
    /// Samples of which something else is said now.
    public internal(set) var updated = 0
    /// Samples of which the same is said.
    public internal(set) var unchanged = 0
    /// Samples that were not there.
    public internal(set) var added = 0
    /// Samples that are gone.
    public internal(set) var removed = 0
    /// Samples whose picture is another one; they are also counted as updated or unchanged.
    public internal(set) var pictures = 0
    /// Samples of which nothing told until now whether their picture changes.
    public internal(set) var unstamped = 0
    /// Samples that are in another split, of another subject, or elsewhere in a video.
    public internal(set) var moved = 0
  }

  /// The row id of the data set.
  public let dataset: Int64
  /// What was found so far.
  public private(set) var counts = Counts()
  /// Whether something that masks in input pixels follow from has changed.
  private(set) var changesMasks = false
  /// The samples whose picture is another one.
  private(set) var pictures: [ChangedSample] = []
  /// The samples whose face lies elsewhere, by what tells it.
  private(set) var faces: [FaceFeature: [ChangedSample]] = [:]

  private let writer: DatasetWriter
  private let catalogue: Connection
  private let known: Int
  private let digest: (String) -> String?

  init(
    dataset: Int64, catalogue: Connection, digest: @escaping (String) -> String?
  ) throws {
    self.dataset = dataset
    self.catalogue = catalogue
    self.digest = digest
    writer = try DatasetWriter(dataset: dataset, catalogue: catalogue)
    known =
      try catalogue.value("SELECT count(*) FROM sample WHERE dataset = ?", dataset).int ?? 0
    try catalogue.run("DELETE FROM rejected WHERE dataset = ?", dataset)
  }

  /// Compares a sample with what is stored, and stores what differs.
  ///
  /// Action units and landmarks of sources that the record does not name stay.
  ///
  /// - Throws: `SQLiteError` if the catalogue cannot be written.
  public func update(_ record: SampleRecord) throws {
    guard
      let row = try catalogue.row(
        """
        SELECT id, split, subject, sequence, frame, position, width, height, bytes, modified, picture
        FROM sample
        WHERE dataset = ? AND path = ?
        """, dataset, record.path), let id = row[0].int.map(Int64.init), let position = row[5].int
    else {
      counts.added += 1
      return
    }
    guard row[1].string == record.split, row[2].string == record.subject,
      row[3].string == record.sequence, row[4].int == record.frame
    else {
      counts.moved += 1
      return
    }
    let sample = ChangedSample(position: position, trains: record.split == "train")
    if try updatePicture(of: id, Array(row[6...]), record) {
      counts.pictures += 1
      pictures.append(sample)
    }
    let sources = SaidOfSample.sources(of: record)
    let before = try SaidOfSample(id, sources, catalogue)
    try SaidOfSample.forget(id, sources, catalogue)
    try writer.say(record, of: id)
    let after = try SaidOfSample(id, sources, catalogue)
    guard before != after else {
      counts.unchanged += 1
      return
    }
    counts.updated += 1
    if before.masks != after.masks { changesMasks = true }
    for feature in try after.movedFaces(since: before, of: id, catalogue) {
      faces[feature, default: []].append(sample)
    }
  }

  /// Whether the picture of a sample is another one; what tells it is brought up to date.
  private func updatePicture(
    of id: Int64, _ row: [SQLiteValue], _ record: SampleRecord
  ) throws -> Bool {
    let isSized = row[0].int == record.width && row[1].int == record.height
    guard let stamp = record.stamp else { return false }
    if isSized, row[2].int == stamp.bytes, row[3].int == stamp.modified { return false }
    let read = row[4].string
    // Files that were only copied or touched are what they were.
    let isSame = isSized && read != nil && read == digest(record.path)
    let isFirst = isSized && read == nil && row[3].int == nil
    if isFirst { counts.unstamped += 1 }
    let isOther = !isSame && !isFirst
    try catalogue.run(
      "UPDATE sample SET width = ?, height = ?, bytes = ?, modified = ?, picture = ? WHERE id = ?",
      record.width, record.height, stamp.bytes, stamp.modified, isOther ? nil : read, id)
    return isOther
  }

  /// Notes a record of the source that could not be taken.
  ///
  /// - Parameters:
  ///   - file: Where it stands, relative to the data set's root.
  ///   - line: The line, counted from 1.
  ///   - reason: Why.
  /// - Throws: `SQLiteError` if it cannot be written.
  public func reject(file: String, line: Int?, reason: String) throws {
    try writer.reject(file: file, line: line, reason: reason)
  }

  /// Counts what is gone.
  func finish() {
    counts.removed = max(0, known - counts.updated - counts.unchanged - counts.moved)
  }
}

/// A sample that is not what it was.
struct ChangedSample: Equatable {
  /// Its position.
  let position: Int
  /// Whether thresholds are taken from it.
  let trains: Bool
}
