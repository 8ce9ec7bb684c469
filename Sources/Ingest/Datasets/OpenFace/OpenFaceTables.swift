import Foundation

/// CSVs of OpenFace 2, found by the pictures or the frames that their rows are of.
final class OpenFaceTables {
  static let source = "openface"

  private struct Place: Hashable {
    let table: String
    let frame: Int
  }

  /// Rows by the name of a picture without its ending, lower case.
  private var named: [String: Int] = [:]
  /// Rows by the name of a video and the number of a frame.
  private var framed: [Place: Int] = [:]
  private var rows: [OpenFaceRow] = []
  private var uses: [Int] = []
  /// Rows without a face that OpenFace is sure of.
  private(set) var unsure = 0

  /// Reads a CSV, or every CSV in a folder.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - sink: Takes rows that cannot be used.
  /// - Throws: `IngestError` if there is no table of OpenFace; what the sink throws.
  init(path: String, _ sink: RecordSink) throws {
    let root = try DatasetRoot(path: path)
    let names =
      root.file.map { [$0.lastPathComponent] }
      ?? root.names().filter { $0.lowercased().hasSuffix(".csv") }
    var found = false
    for name in names {
      guard let url = root.url(of: name) else { continue }
      let reader = try CSVReader(url, name: name)
      guard let header = try sink.record(of: reader, name), let columns = OpenFaceColumns(header)
      else {
        try sink.reject(
          Rejection(file: name, line: 1, reason: "the columns are not those of OpenFace 2"))
        continue
      }
      found = true
      try read(reader, columns, name, sink)
    }
    guard found else {
      throw IngestError(
        "\(path) holds no CSV of OpenFace 2", advice: "name one with columns such as AU01_r, AU01_c"
      )
    }
  }

  private func read(
    _ reader: CSVReader, _ columns: OpenFaceColumns, _ name: String, _ sink: RecordSink
  ) throws {
    let table = DatasetRoot.stem(name).lowercased()
    while let fields = try sink.record(of: reader, name) {
      let row = try sink.rejecting(name, line: reader.line) {
        try OpenFaceRow(fields, columns).map { row in
          let frame = columns.frame.flatMap { $0 < fields.count ? Double(fields[$0]) : nil }
          return (row: row, frame: frame.flatMap { Int(exactly: $0) })
        }
      }
      // Rejected, or no sure face.
      guard let kept = row else { continue }
      guard let (row, frame) = kept else {
        unsure += 1
        continue
      }
      if let column = columns.name {
        let picture = fields[column].split { $0 == "/" || $0 == "\\" }.last ?? ""
        add(row, to: &named, DatasetRoot.stem(String(picture)).lowercased())
      } else if let frame, columns.frame != nil {
        add(row, to: &framed, Place(table: table, frame: frame))
      } else {
        add(row, to: &named, table)
      }
    }
  }

  /// Keeps the row, unless a surer face is known at the same place.
  private func add<Key: Hashable>(_ row: OpenFaceRow, to places: inout [Key: Int], _ key: Key) {
    if let index = places[key] {
      if row.confidence > rows[index].confidence { rows[index] = row }
      return
    }
    places[key] = rows.count
    rows.append(row)
    uses.append(0)
  }

  /// The row of a picture: by its name, else by its frame in the table that is named like its
  /// sequence, its folder or its subject.
  func row(for record: PictureRecord) -> OpenFaceRow? {
    let parts = record.path.split(separator: "/")
    let stem = DatasetRoot.stem(String(parts.last ?? "")).lowercased()
    var index = named[stem]
    if index == nil, let frame = record.frame {
      let tables = [
        record.sequence, parts.dropLast().last.map(String.init), record.subject,
      ]
      index =
        tables.lazy.compactMap { $0?.lowercased() }
        .compactMap { self.framed[Place(table: $0, frame: frame)] }.first
    }
    guard let index else { return nil }
    uses[index] += 1
    return rows[index]
  }

  /// Rows that belong to no sample, and rows that were joined to several.
  var unevenUses: (none: Int, several: Int) {
    (uses.count { $0 == 0 }, uses.count { $0 > 1 })
  }
}
