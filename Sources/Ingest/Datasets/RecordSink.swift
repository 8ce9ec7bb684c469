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
  /// Takes work for other threads; nil: all is done at once.
  var queue: RecordQueue?

  /// Does work that reads small files of one picture, maybe later and on another thread.
  ///
  /// What it hands on comes where it would have come if the work had been done at once.
  ///
  /// - Parameter work: Hands on what it reads to the sink that it is given, and no other.
  /// - Throws: What the work throws, or some that was given before.
  func deferred(_ work: @escaping RecordQueue.Work) throws {
    if let queue { try queue.add(work) } else { try work(self) }
  }

  /// The value that `body` reads, or nil after its `BadRecord` went to `reject`.
  func rejecting<Value>(_ file: String, line: Int? = nil, _ body: () throws -> Value) throws
    -> Value?
  {
    do { return try body() } catch let bad as BadRecord {
      try reject(Rejection(file: file, line: bad.line ?? line, reason: bad.reason))
      return nil
    }
  }

  /// What `body` makes of the bytes of a small file below a root; nil if there is no such file, or
  /// after its `BadRecord` went to `reject`.
  func reading<Value>(
    _ file: String, below root: DatasetRoot, _ body: ([UInt8]) throws -> Value
  ) throws -> Value? {
    try rejecting(file) { try root.contents(ifThere: file).map(body) } ?? nil
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
