import Foundation

/// `fer2013.csv`, row by row.
struct FERTable {
  /// The order of the numbers in the column `emotion`.
  static let emotions = ["anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral"]
  /// The longest row, in bytes: 48 × 48 numbers take less than 10,000.
  static let longestRow = 65_536

  struct Row {
    /// Counted from 1.
    let line: Int
    /// Where the row begins in the file.
    let offset: Int
    let emotion: String
    let usage: String
    let pixels: ArraySlice<UInt8>

    /// The picture of the row, with its split, checked.
    ///
    /// - Throws: `BadRecord` if the pixels or the split cannot be used.
    func record(_ file: String, number: Int) throws -> PictureRecord {
      guard let split = FERTable.splits[usage.lowercased()] else {
        throw BadRecord("Usage \(BadRecord.quoted(usage)) is none of FER2013's")
      }
      guard FERPicture.pixels(pixels) != nil else {
        throw BadRecord("the pixels are not 48 × 48 grey values 0–255")
      }
      return PictureRecord(path: FERPicture(file, row: number, offset: offset).path, split: split)
    }
  }

  private static let splits = ["training": "train", "publictest": "val", "privatetest": "test"]
  private let root: DatasetRoot
  private let file: String
  private let sink: RecordSink

  /// The table in a file below a root; rows that cannot be used go to the sink.
  init(_ root: DatasetRoot, _ file: String, _ sink: RecordSink) {
    self.root = root
    self.file = file
    self.sink = sink
  }

  /// Yields every row after the header, and its number counted from 0.
  ///
  /// - Throws: `IngestError` if the file cannot be read, and what `body` throws.
  func forEach(_ body: (Row, Int) throws -> Void) throws {
    guard let url = root.url(of: file), let handle = try? FileHandle(forReadingFrom: url) else {
      throw IngestError("\(file) cannot be read", advice: "check its permissions")
    }
    defer { try? handle.close() }
    var (line, number, offset) = (0, 0, 0)
    var buffer: [UInt8] = []
    var isAtEnd = false
    while true {
      guard let end = buffer.firstIndex(of: 0x0A) ?? (isAtEnd ? buffer.count : nil) else {
        guard buffer.count <= FERTable.longestRow else {
          try sink.reject(
            Rejection(
              file: file, line: line + 1,
              reason: "not read from here on: the row is longer than \(FERTable.longestRow) bytes"))
          return
        }
        let piece = try handle.read(upToCount: 1 << 16) ?? Data()
        isAtEnd = piece.isEmpty
        buffer.append(contentsOf: piece)
        continue
      }
      if buffer.isEmpty { return }
      line += 1
      if let row = try row(buffer[..<end], line, offset) {
        try body(row, number)
        number += 1
      }
      let taken = min(end + 1, buffer.count)
      offset += taken
      buffer.removeFirst(taken)
    }
  }

  /// The row of a line; nil for the header and for blank lines.
  private func row(_ line: ArraySlice<UInt8>, _ number: Int, _ offset: Int) throws -> Row? {
    let fields = FERTable.fields(line)
    let words = fields.map { String(decoding: $0.prefix(40), as: UTF8.self) }
    if words == [""] || (number == 1 && words.first?.lowercased().hasSuffix("emotion") == true) {
      return nil
    }
    // A row that is none keeps its number, for those of FER+ count it.
    return Row(
      line: number, offset: offset, emotion: words[0], usage: words.count == 3 ? words[2] : "",
      pixels: fields.count == 3 ? fields[1] : [])
  }

  /// The fields of a line, without blanks and quotes around them.
  static func fields(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    let around: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A, 0x22]
    return line.split(separator: 0x2C, omittingEmptySubsequences: false).map { field in
      var field = field.drop { around.contains($0) }
      while let last = field.last, around.contains(last) { field = field.dropLast() }
      return field
    }
  }
}
