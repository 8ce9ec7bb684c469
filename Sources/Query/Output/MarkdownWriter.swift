/// A Markdown table (GitHub's), numbers to the right.
final class MarkdownWriter: RowWriter {
  private let output: BufferedOutput
  private var columns: [String] = []
  private var preview = RowPreview(columns: 0)
  private var hasHeader = false

  init(_ output: BufferedOutput) { self.output = output }

  func begin(columns: [String]) throws {
    self.columns = columns
    preview = RowPreview(columns: columns.count)
    hasHeader = false
  }

  func write(_ row: [Cell]) throws {
    if hasHeader { return try writeLine(row) }
    preview.add(row)
    if preview.isFull { try writePreview() }
  }

  func end() throws {
    if !hasHeader { try writePreview() }
    try output.flush()
  }

  private func writePreview() throws {
    hasHeader = true
    try writeLine(columns.map(Cell.text))
    let rules = preview.isNumeric.map { $0 ? "---:" : "---" }
    try output.write("| " + rules.joined(separator: " | ") + " |\n")
    for row in preview.rows { try writeLine(row) }
  }

  private func writeLine(_ row: [Cell]) throws {
    let texts = row.map { cell in
      var text = ""
      for scalar in DisplayText.of(cell).unicodeScalars {
        if scalar == "|" || scalar == "\\" { text += "\\" }
        text.unicodeScalars.append(scalar)
      }
      return text
    }
    try output.write("| " + texts.joined(separator: " | ") + " |\n")
  }
}
