/// Aligned columns for a person: numbers to the right, widths from the first rows.
final class AlignedWriter: RowWriter {
  private let output: BufferedOutput
  private let available: Int?
  private var columns: [String] = []
  private var preview = RowPreview(columns: 0)
  private var layout: [Column]?

  private struct Column {
    var width: Int
    var isNumeric: Bool
  }

  /// A text column is never cut below this many cells.
  private static let narrowest = 8
  private static let gap = "  "

  init(_ output: BufferedOutput, width: Int?) {
    self.output = output
    self.available = width
  }

  func begin(columns: [String]) throws {
    self.columns = columns.map(DisplayText.visible)
    preview = RowPreview(columns: columns.count)
    layout = nil
  }

  func write(_ row: [Cell]) throws {
    if let layout { return try output.write(line(row.map(DisplayText.of), layout)) }
    preview.add(row)
    if preview.isFull { try writePreview() }
  }

  func end() throws {
    if layout == nil { try writePreview() }
    try output.flush()
  }

  private func writePreview() throws {
    let texts = preview.rows.map { $0.map(DisplayText.of) }
    let numeric = preview.isNumeric
    var layout = columns.indices.map { column in
      let widest = texts.lazy.map { DisplayText.width($0[column]) }.max() ?? 0
      return Column(
        width: max(widest, DisplayText.width(columns[column])), isNumeric: numeric[column])
    }
    if let available { AlignedWriter.fit(&layout, to: available) }
    self.layout = layout
    try output.write(line(columns, layout))
    try output.write(
      layout.map { String(repeating: "─", count: $0.width) }.joined(separator: AlignedWriter.gap)
        + "\n")
    for row in texts { try output.write(line(row, layout)) }
  }

  private func line(_ texts: [String], _ layout: [Column]) -> String {
    var line = ""
    for (index, (text, column)) in zip(texts, layout).enumerated() {
      if index > 0 { line += AlignedWriter.gap }
      // Without a terminal to fit, and for numbers, a wider value pushes the rest to the right.
      let text =
        available == nil || column.isNumeric ? text : DisplayText.cut(text, to: column.width)
      let padding = String(repeating: " ", count: max(0, column.width - DisplayText.width(text)))
      line += column.isNumeric ? padding + text : text + padding
    }
    while line.last == " " { line.removeLast() }
    return line + "\n"
  }

  /// Takes cells from the widest text columns, one at a time, until the line fits or none can give.
  private static func fit(_ layout: inout [Column], to available: Int) {
    var total = layout.reduce(0) { $0 + $1.width } + gap.count * max(0, layout.count - 1)
    while total > available {
      let candidates = layout.indices.filter {
        !layout[$0].isNumeric && layout[$0].width > narrowest
      }
      guard let widest = candidates.max(by: { layout[$0].width < layout[$1].width }) else { return }
      layout[widest].width -= 1
      total -= 1
    }
  }
}
