import Foundation

/// `fer2013new.csv`: the votes on the pictures of `fer2013.csv`, in the same order.
final class FERVotes {
  /// One picture's votes.
  struct Line {
    /// Whether the picture is a face.
    let isFace: Bool
    let usage: String
    /// Class → votes.
    let votes: [(name: String, count: Int)]

    /// Adds the label to a picture.
    ///
    /// - Throws: `BadRecord` if the row is of another part of the data set.
    func add(to record: inout PictureRecord, _ row: FERTable.Row, _ sink: RecordSink) throws {
      guard usage.lowercased() == row.usage.lowercased() else {
        throw BadRecord("the rows of both files differ in Usage")
      }
      guard isFace else {
        sink.note("the picture is no face: no emotion label", record.path)
        return
      }
      let most = votes.map(\.count).max() ?? 0
      let first = votes.filter { $0.count == most }
      if most == 0 || first.count > 1 {
        sink.note("the votes are tied: no emotion label", record.path)
      } else if let label = Labels.canonical(first[0].name, task: "emotion") {
        record.labels["emotion"] = label
      } else {
        sink.note("most votes are for \(first[0].name): no emotion label", record.path)
      }
    }
  }

  private let reader: CSVReader
  private let name: String
  private let classes: [(column: Int, name: String)]
  private let usage: Int
  private let image: Int

  /// The line of the last row, counted from 1.
  var line: Int { reader.line }

  /// Opens the table and reads its header.
  ///
  /// - Throws: `IngestError` if it cannot be read or lacks a column.
  init(_ root: DatasetRoot, _ name: String) throws {
    guard let url = root.url(of: name) else {
      throw IngestError(
        "\(name) leads out of the data set's folder", advice: "put the file itself there")
    }
    reader = try CSVReader(url, name: name)
    self.name = name
    let header = (try reader.record() ?? []).map { $0.lowercased() }
    let wanted = [
      "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt",
      "unknown", "nf",
    ]
    let columns = wanted.map { name in (header.firstIndex(of: name), name) }
    guard let usage = header.firstIndex(of: "usage"),
      let image = header.firstIndex(of: "image name"), columns.allSatisfy({ $0.0 != nil })
    else {
      throw IngestError(
        "\(name), line 1: the columns are not those of FER+",
        advice: "they are Usage,Image name,neutral,happiness,surprise,…,unknown,NF")
    }
    (self.usage, self.image) = (usage, image)
    classes = columns.compactMap { column, name in column.map { ($0, name) } }
  }

  /// The votes of the next row; nil after the last.
  ///
  /// A row that cannot be used goes to the sink, and counts as one without votes.
  ///
  /// - Throws: What the sink throws.
  func next(_ sink: RecordSink) throws -> Line? {
    guard let fields = try sink.record(of: reader, name) else { return nil }
    let votes = try sink.rejecting(name, line: reader.line) {
      try classes.map { column, name in
        guard column < fields.count, let count = Int(fields[column]), (0...1000).contains(count)
        else {
          let text = column < fields.count ? fields[column] : ""
          throw BadRecord("\(name): \(BadRecord.quoted(text)) is not a number of votes")
        }
        return (name: name, count: count)
      }
    }
    func field(_ column: Int) -> String { column < fields.count ? fields[column] : "" }
    return Line(isFace: !field(image).isEmpty, usage: field(usage), votes: votes ?? [])
  }
}
