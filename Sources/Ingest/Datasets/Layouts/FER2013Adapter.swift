import Foundation

/// FER2013: `fer2013.csv` with columns `emotion,pixels,Usage`; the pictures lie inside it.
///
/// A picture's path is `fer2013.csv#<row>@<byte>`: the number of its row, counted from 0 without the
/// header, and where the row begins, so that it is read without reading those before it.
enum FER2013Adapter: DatasetAdapter {
  static let format = "fer2013"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    FERFiles(root).map { $0.votes == nil ? .certain : .no } ?? .no
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let files = try FERFiles.required(root)
    try FERTable(root, files.pictures, sink).forEach { row, number in
      let record = try sink.rejecting(files.pictures, line: row.line) {
        var record = try row.record(files.pictures, number: number)
        guard sink.wantsLabels else { return record }
        guard let emotion = Int(row.emotion), FERTable.emotions.indices.contains(emotion) else {
          throw BadRecord("emotion \(BadRecord.quoted(row.emotion)) is none of 0–6")
        }
        record.labels["emotion"] = FERTable.emotions[emotion]
        return record
      }
      if let record { try sink.sample(record) }
    }
  }
}

/// FER+: the votes of ten people a picture of FER2013, in `fer2013new.csv` beside `fer2013.csv`.
///
/// The label is the class with most votes. Ties, and most votes for `unknown` or `NF` (not a face),
/// give no label.
enum FERPlusAdapter: DatasetAdapter {
  static let format = "ferplus"

  static func recognises(_ root: DatasetRoot) -> Recognition {
    FERFiles(root)?.votes == nil ? .no : .certain
  }

  static func read(_ root: DatasetRoot, into sink: RecordSink) throws {
    let files = try FERFiles.required(root)
    guard let name = files.votes else {
      throw IngestError(
        "there is no fer2013new.csv beside \(files.pictures)",
        advice: "put it there, or choose --format fer2013 for the first labels")
    }
    let votes = try FERVotes(root, name)
    try FERTable(root, files.pictures, sink).forEach { row, number in
      let line = try votes.next(sink)
      let record = try sink.rejecting(files.pictures, line: row.line) {
        var record = try row.record(files.pictures, number: number)
        guard let line else { throw BadRecord("\(name) has no row of this picture") }
        guard sink.wantsLabels else { return record }
        try line.add(to: &record, row, sink)
        return record
      }
      if let record { try sink.sample(record) }
    }
    if sink.wantsLabels, try votes.next(sink) != nil {
      try sink.reject(
        Rejection(
          file: name, line: votes.line,
          reason: "from here on there is no picture in \(files.pictures)"))
    }
  }
}

/// The files of FER2013 below a root.
struct FERFiles {
  let pictures: String
  let votes: String?

  init?(_ root: DatasetRoot) {
    let names = root.names()
    guard let pictures = names.first(where: { $0.lowercased() == "fer2013.csv" }),
      root.file == nil || root.file?.lastPathComponent == pictures
    else { return nil }
    self.pictures = pictures
    votes = names.first { $0.lowercased() == "fer2013new.csv" }
  }

  /// The files, or an error that says which is missing.
  static func required(_ root: DatasetRoot) throws -> FERFiles {
    guard let files = FERFiles(root) else {
      throw IngestError(
        "there is no fer2013.csv in \(root.folder.path)",
        advice: "name it, or the folder that holds it")
    }
    return files
  }
}
