/// Takes what an adapter reads.
struct RecordSink {
  /// Whether labels are wanted.
  ///
  /// If not, only path, subject and split of the records are used, and files that hold the labels
  /// of one picture need not be opened.
  let wantsLabels: Bool
  /// Takes a record.
  let sample: (PictureRecord) throws -> Void
  /// Takes a record, or a part of one, that cannot be used.
  let reject: (Rejection) throws -> Void
  /// Takes what is to be said of the data set as a whole, and the file that it was met at; equal
  /// texts are counted.
  let note: (_ text: String, _ file: String) -> Void

  /// The value that `body` reads, or nil after its `BadRecord` went to `reject`.
  func rejecting<Value>(_ file: String, line: Int? = nil, _ body: () throws -> Value) throws
    -> Value?
  {
    do { return try body() } catch let bad as BadRecord {
      try reject(Rejection(file: file, line: bad.line ?? line, reason: bad.reason))
      return nil
    }
  }

  /// The next record of a table; nil at its end, and where the rest of it cannot be read.
  ///
  /// - Parameters:
  ///   - reader: The table.
  ///   - file: Its path, relative to the data set's root.
  /// - Returns: The fields.
  /// - Throws: What `reject` throws.
  func record(of reader: CSVReader, _ file: String) throws -> [String]? {
    do { return try reader.record() } catch let error as IngestError {
      try reject(
        Rejection(
          file: file, line: reader.line, reason: "not read from here on: \(error.problem)"))
      return nil
    }
  }
}

/// Why a record, or a part of it, cannot be used.
struct BadRecord: Error, Equatable {
  let reason: String
  /// The line in its file, counted from 1, where it has one.
  let line: Int?

  init(_ reason: String, line: Int? = nil) {
    self.reason = reason
    self.line = line
  }
}

extension BadRecord {
  /// A text from a file, cut so that it can stand in a message.
  static func quoted(_ text: some StringProtocol) -> String {
    text.count > 60 ? "“\(text.prefix(60))…”" : "“\(text)”"
  }
}
