internal import SQLite

/// Brings what a data set says of its samples up to date, within one transaction.
///
/// Pictures and splits stay as they are, and with them everything that was computed.
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
    /// Samples whose picture has another size.
    public internal(set) var resized = 0
    /// Samples that are in another split, of another subject, or elsewhere in a video.
    public internal(set) var moved = 0
  }

  /// The row id of the data set.
  public let dataset: Int64
  /// What was found so far.
  public private(set) var counts = Counts()
  /// Whether something that masks in input pixels follow from has changed.
  private(set) var changesMasks = false

  private let writer: DatasetWriter
  private let catalogue: Connection
  private let known: Int

  init(dataset: Int64, catalogue: Connection) throws {
    self.dataset = dataset
    self.catalogue = catalogue
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
        SELECT id, split, subject, sequence, frame, width, height FROM sample
        WHERE dataset = ? AND path = ?
        """, dataset, record.path), let id = row[0].int.map(Int64.init)
    else {
      counts.added += 1
      return
    }
    guard row[5].int == record.width, row[6].int == record.height else {
      counts.resized += 1
      return
    }
    guard row[1].string == record.split, row[2].string == record.subject,
      row[3].string == record.sequence, row[4].int == record.frame
    else {
      counts.moved += 1
      return
    }
    let sources = DatasetUpdater.sources(of: record)
    let before = try Said(of: id, sources, catalogue)
    try Said.forget(id, sources, catalogue)
    try writer.say(record, of: id)
    let after = try Said(of: id, sources, catalogue)
    if before == after {
      counts.unchanged += 1
    } else {
      counts.updated += 1
      if before.masks != after.masks { changesMasks = true }
    }
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
    let met = counts.updated + counts.unchanged + counts.resized + counts.moved
    counts.removed = max(0, known - met)
  }

  private static func sources(of record: SampleRecord) -> [String] {
    Set(["labels"] + record.codings.map(\.source) + record.landmarks.map(\.source)).sorted()
  }

  /// What is stored of a sample besides its picture.
  private struct Said: Equatable {
    private let rows: [[SQLiteValue]]
    /// Landmarks, action units and mask files: what masks in input pixels follow from.
    let masks: [[SQLiteValue]]

    init(of id: Int64, _ sources: [String], _ catalogue: Connection) throws {
      rows =
        try catalogue.rows("SELECT task, label FROM label WHERE sample = ? ORDER BY 1", id)
        + catalogue.rows("SELECT name, value FROM score WHERE sample = ? ORDER BY 1", id)
        + sources.flatMap {
          try catalogue.rows(
            """
            SELECT c.source, c.aus FROM sample_coding sc JOIN coding c ON c.id = sc.coding
            WHERE sc.sample = ? AND c.source = ? ORDER BY 2
            """, id, $0)
        }
      masks =
        try catalogue.rows(
          "SELECT au, kind, path FROM mask_file WHERE sample = ? ORDER BY 1, 2", id)
        + sources.flatMap {
          try catalogue.rows(
            "SELECT source, au, intensity FROM au WHERE sample = ? AND source = ? ORDER BY 2", id,
            $0)
            + catalogue.rows(
              "SELECT source, points FROM landmark_set WHERE sample = ? AND source = ?", id, $0)
        }
    }

    /// Deletes what the sources say, within the transaction.
    static func forget(_ id: Int64, _ sources: [String], _ catalogue: Connection) throws {
      for table in ["label", "score", "mask_file"] {
        try catalogue.run("DELETE FROM \(table) WHERE sample = ?", id)
      }
      for source in sources {
        try catalogue.run("DELETE FROM au WHERE sample = ? AND source = ?", id, source)
        try catalogue.run("DELETE FROM landmark_set WHERE sample = ? AND source = ?", id, source)
        try catalogue.run(
          """
          DELETE FROM sample_coding
          WHERE sample = ? AND coding IN (SELECT id FROM coding WHERE source = ?)
          """, id, source)
      }
    }
  }
}
