import CommandLineKit
import Foundation
import Query

/// Where the rows of an asking command go and in which format.
struct RowOutput {
  private let context: Context
  private let path: String?
  private let format: OutputFormat
  private let limit: Int?

  init(_ context: Context) {
    let path = context.values[OutputOptions.output]
    let isTerminal = context.console.output.isTerminal && (path ?? "-") == "-"
    self.init(
      context,
      format: context.values[OutputOptions.format] ?? Self.format(of: path)
        ?? (isTerminal ? .table : .csv))
  }

  init(_ context: Context, format: OutputFormat) {
    self.context = context
    self.format = format
    let path = context.values[OutputOptions.output]
    self.path = path == "-" ? nil : path
    limit = context.values[OutputOptions.limit]
  }

  // A file's own extension says what it shall be.
  private static func format(of path: String?) -> OutputFormat? {
    path.flatMap { OutputFormat(rawValue: URL(filePath: $0).pathExtension.lowercased()) }
  }

  /// Writes the rows of an answer; ends with code 3 if there is none.
  func write(_ answer: Answer, of session: ReadOnlySession) throws {
    try write { try session.write(answer, to: $0, limit: limit) }
  }

  /// Writes the rows of a statement as they come; ends with code 3 if there is none.
  func write(_ statement: SQLStatement, of session: ReadOnlySession) throws {
    try write { try session.write(statement, to: $0, limit: limit) }
  }

  private func write(_ body: (any RowWriter) throws -> ReadOnlySession.Summary) throws {
    let summary: ReadOnlySession.Summary
    if let path {
      summary = try AtomicFile.write(path) { try body(format.writer(to: $0)) }
    } else {
      let sink = context.console.output
      let columns = sink.isTerminal ? context.console.outputColumns : nil
      summary = try body(format.writer(width: columns) { try sink.write(bytes: $0) })
      try sink.flush()
    }
    if summary.isCut {
      context.warn("cut after \(summary.rows) rows; there are more (--limit)")
    }
    if summary.rows == 0 && !summary.isCut { throw ExitCode.nothingFound }
  }
}
