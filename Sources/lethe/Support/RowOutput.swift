import CommandLineKit
import Foundation
import Query

/// Where the rows of an asking command go and in which format.
struct RowOutput {
  private let context: Context
  private let path: String?
  private let format: OutputFormat
  private let limit: Int?
  /// Columns that say where the rows come from, if they are wanted.
  var provenance: Provenance?

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
    try write { writer in
      let summary = try session.write(answer, to: writer, limit: limit)
      return (summary.rows, summary.isCut)
    }
  }

  /// Writes the rows of a statement as they come; ends with code 3 if there is none.
  func write(_ statement: SQLStatement, of session: ReadOnlySession) throws {
    try write { writer in
      let summary = try session.write(statement, to: writer, limit: limit)
      return (summary.rows, summary.isCut)
    }
  }

  /// Writes a table; ends with code 3 if it holds no row.
  func write(_ table: Table) throws {
    let rows = limit.map { Array(table.rows.prefix($0)) } ?? table.rows
    try write { writer in
      try writer.write(Table(columns: table.columns, rows: rows))
      return (rows.count, rows.count < table.rows.count)
    }
  }

  private func write(_ body: (any RowWriter) throws -> (rows: Int, isCut: Bool)) throws {
    let written: (rows: Int, isCut: Bool)
    if let path {
      written = try AtomicFile.write(path) { try body(wrapped(format.writer(to: $0))) }
    } else {
      let sink = context.console.output
      let columns = sink.isTerminal ? context.console.outputColumns : nil
      written = try body(wrapped(format.writer(width: columns) { try sink.write(bytes: $0) }))
      try sink.flush()
    }
    if written.isCut {
      context.warn("cut after \(written.rows) rows; there are more (--limit)")
    }
    if written.rows == 0 && !written.isCut { throw ExitCode.nothingFound }
  }

  private func wrapped(_ writer: any RowWriter) -> any RowWriter {
    provenance?.writer(before: writer) ?? writer
  }
}
