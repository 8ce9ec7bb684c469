/// Comma-separated values after RFC 4180, with `\n` at the end of each line.
///
/// The header is always written; undefined is empty, empty text is `""`; floats are the shortest
/// decimals that read back as themselves; bytes are hexadecimal digits.
final class CSVWriter: RowWriter {
  private let output: BufferedOutput
  private var isSingleColumn = false

  init(_ output: BufferedOutput) { self.output = output }

  func begin(columns: [String]) throws {
    isSingleColumn = columns.count == 1
    try output.write(columns.map(CSVWriter.quoted).joined(separator: ",") + "\n")
  }

  func write(_ row: [Cell]) throws {
    // A line with nothing on it is skipped by many readers.
    if isSingleColumn, row.first?.isNull == true { return try output.write("\"\"\n") }
    try output.write(row.map(CSVWriter.field).joined(separator: ",") + "\n")
  }

  func end() throws { try output.flush() }

  private static func field(_ cell: Cell) -> String {
    switch cell {
    case .null: ""
    case .integer(let value): String(value)
    case .real(let value): value.isNaN ? "" : NumberText.exact(value)
    case .text(let value): quoted(value)
    case .blob(let value): NumberText.hexadecimal(value)
    }
  }

  private static func quoted(_ text: String) -> String {
    if text.isEmpty { return "\"\"" }
    let special = text.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
    guard special else { return text }
    // By scalar: a quote may be part of a grapheme cluster.
    var escaped = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { escaped.unicodeScalars.append("\"") }
      escaped.unicodeScalars.append(scalar)
    }
    return escaped + "\""
  }
}
