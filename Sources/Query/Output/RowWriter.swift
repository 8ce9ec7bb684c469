/// Writes the rows of a table, one after another, in one format.
///
/// Call `begin` once, `write` for each row, `end` once. Errors are those of the sink.
public protocol RowWriter: AnyObject {
  /// Takes the names of the columns; where the format has a header it is written even if no row follows.
  func begin(columns: [String]) throws

  /// Takes one row with a value a column.
  func write(_ row: [Cell]) throws

  /// Writes what is still held, and whatever closes the format.
  func end() throws
}

extension RowWriter {
  /// Writes a whole table.
  public func write(_ table: Table) throws {
    try begin(columns: table.columns)
    for row in table.rows { try write(row) }
    try end()
  }
}

/// The formats in which rows are written.
public enum OutputFormat: String, Sendable, CaseIterable {
  /// Aligned columns for a person.
  case table
  /// Comma-separated values (RFC 4180).
  case csv
  /// One JSON array of objects.
  case json
  /// A JSON object a line.
  case jsonl
  /// A Markdown table.
  case md

  /// A writer of the format.
  ///
  /// - Parameters:
  ///   - width: The columns of the terminal that a `table` should fit, or nil to cut nothing.
  ///   - write: Takes the bytes, in order; what it throws ends the writing.
  /// - Returns: The writer, ready for `begin`.
  public func writer(width: Int? = nil, to write: @escaping ByteSink) -> any RowWriter {
    let output = BufferedOutput(write)
    return switch self {
    case .table: AlignedWriter(output, width: width)
    case .csv: CSVWriter(output)
    case .json: JSONWriter(output, style: .array)
    case .jsonl: JSONWriter(output, style: .lines)
    case .md: MarkdownWriter(output)
    }
  }
}
