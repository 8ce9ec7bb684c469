import Foundation

/// The plain layout `csv`: a header row with `path` and what else is known, paths relative to it.
///
/// Columns: `path`; any of `subject, sequence, frame, split, emotion, pain, pspi, valence,
/// arousal`; `au<N>` (empty = not coded, 0 = coded and absent); `x0,y0 … x67,y67`;
/// `mask_au<N>`, `region_au<N>` (paths of 1-bit pictures); `label_<task>`. Others are kept out
/// and named once.
enum CSVAdapter: DatasetAdapter {
  static let format = "csv"
  private static let labels = "labels.csv"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    guard let name = try? tableFile(root).lastPathComponent else { return .no }
    return name == labels ? .certain : .possible
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let url = try tableFile(root)
    let name = url.lastPathComponent
    let reader = try CSVReader(url, name: name)
    guard let header = try reader.record() else {
      throw IngestError("\(name) is empty", advice: "its first line names the columns")
    }
    let columns = try CSVColumns(header: header, file: name)
    for unknown in columns.unknown {
      try sink.reject(
        Rejection(file: name, line: 1, reason: "unknown column `\(unknown)` not read"))
    }
    while let fields = try reader.record() {
      let record = try sink.rejecting(name, line: reader.line) {
        guard fields.count == header.count else {
          throw BadRecord("\(fields.count) fields where the header has \(header.count)")
        }
        return try columns.record(fields)
      }
      if let record { try sink.sample(record) }
    }
  }

  /// The file that the user named, or `labels.csv`, or the only CSV in the folder.
  private static func tableFile(_ root: DatasetRoot) throws -> URL {
    if let file = root.file {
      guard file.pathExtension.lowercased() == "csv" else {
        throw IngestError("\(file.path) is not a .csv file", advice: "name a CSV or a folder")
      }
      return file
    }
    let names = root.names().filter { $0.lowercased().hasSuffix(".csv") }
    if names.contains(labels) { return root.folder.appendingPathComponent(labels) }
    guard names.count == 1 else {
      throw IngestError(
        names.isEmpty
          ? "there is no CSV file in \(root.folder.path)"
          : "there are \(names.count) CSV files in \(root.folder.path): \(names.joined(separator: ", "))",
        advice: names.isEmpty ? "check the path, or choose another --format" : "name one of them")
    }
    return root.folder.appendingPathComponent(names[0])
  }
}
