/// Breaks text into lines of at most `width` characters at its spaces.
///
/// Line breaks in the text are kept; a word that is longer than a line stands alone; a line that
/// begins with spaces is taken as it is.
func wrap(_ text: String, width: Int, indent: Int = 0) -> String {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if paragraph.hasPrefix(" ") || paragraph.isEmpty {
      lines.append(paragraph.isEmpty ? "" : margin + paragraph)
      continue
    }
    var line = ""
    for word in paragraph.split(separator: " ") {
      if !line.isEmpty && indent + line.count + 1 + word.count > width {
        lines.append(margin + line)
        line = ""
      }
      line += line.isEmpty ? String(word) : " " + word
    }
    lines.append(margin + line)
  }
  return lines.joined(separator: "\n")
}

/// Sets pairs in two columns: the terms, then their wrapped explanations.
///
/// A term that is too long for its column stands on a line of its own.
func columns(_ rows: [(term: String, text: String)], width: Int, indent: Int = 2) -> String {
  let fitting = rows.map(\.term.count).filter { $0 <= 26 }
  let column = indent + (fitting.max() ?? 0) + 2
  let margin = String(repeating: " ", count: indent)
  let lines = rows.map { row in
    let wrapped = wrap(row.text, width: width, indent: column)
    let term = margin + row.term
    guard term.count + 2 <= column else { return "\(term)\n\(wrapped)" }
    return term + wrapped.dropFirst(term.count)
  }
  return lines.joined(separator: "\n")
}
