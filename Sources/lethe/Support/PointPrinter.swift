import CommandLineKit
import Query

/// Prints the points of a verdict for reading.
struct PointPrinter {
  let console: Console

  /// The heading, the finding, and the excerpt of the table.
  func write(_ point: VerdictPoint) throws {
    let sink = console.output
    let width = sink.isTerminal ? console.outputColumns : nil
    let start = point.topic.number == 1 ? "" : "\n"
    try sink.write("\(start)\(point.topic.number). \(point.topic.title)\n")
    // What is missing names a command, which must stay whole to be copied.
    try sink.write(
      point.table == nil
        ? point.finding + "\n" : wrapped(point.finding, to: min(width ?? 100, 100)))
    if let excerpt = point.excerpt, !excerpt.rows.isEmpty {
      try sink.write("\n")
      try OutputFormat.table.writer(width: width) { try sink.write(bytes: $0) }
        .write(excerpt.shortened())
      let more = (point.table?.rows.count ?? 0) - excerpt.rows.count
      if more > 0 { try sink.write("… \(more) more\n") }
    }
    try sink.flush()
  }

  /// The statements behind a point.
  func statements(of point: VerdictPoint) throws {
    let sink = console.output
    try sink.write("-- \(point.topic.number). \(point.topic.title)\n")
    for statement in point.statements { try sink.write("\(statement)\n\n") }
  }

  private func wrapped(_ text: String, to width: Int) -> String {
    var (lines, line): ([String], String) = ([], "")
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return (lines + [line]).map { $0 + "\n" }.joined()
  }
}
