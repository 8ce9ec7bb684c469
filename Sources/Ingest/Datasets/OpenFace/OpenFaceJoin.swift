/// Joins what OpenFace says to the records of a data set, and tells what it did.
final class OpenFaceJoin {
  private let tables: OpenFaceTables
  private let path: String
  private let sink: RecordSink

  /// Reads the tables.
  ///
  /// - Parameters:
  ///   - path: A CSV or a folder of them.
  ///   - sink: Takes rows that cannot be used, and notes.
  /// - Throws: As `OpenFaceTables`.
  init(_ path: String, _ sink: RecordSink) throws {
    self.path = path
    self.sink = sink
    tables = try OpenFaceTables(path: path, sink)
    sink.note("OpenFace has no AU43: its AU45 stands for it", path)
  }

  /// The record with the row of OpenFace that belongs to it.
  func joined(to record: PictureRecord) -> PictureRecord {
    guard let row = tables.row(for: record) else {
      sink.note("a sample has no row of OpenFace", record.path)
      return record
    }
    var record = record
    record.joined.append(
      .init(source: OpenFaceTables.source, coding: row.coding, landmarks: row.landmarks))
    return record
  }

  /// Notes what was left over.
  func close() {
    let (none, several) = tables.unevenUses
    if tables.unsure > 0 {
      sink.note(
        "\(tables.unsure) rows of OpenFace without success, or with a confidence below "
          + "\(OpenFaceRow.leastConfidence), were left out", path)
    }
    if none > 0 { sink.note("\(none) rows of OpenFace belong to no sample", path) }
    if several > 0 {
      sink.note("\(several) rows of OpenFace were joined to several samples of one name", path)
    }
  }
}
