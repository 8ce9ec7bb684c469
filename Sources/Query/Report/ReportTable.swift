import Foundation

/// A table of the report: sortable, with numbers rounded for reading.
struct ReportTable {
  let table: Table
  let caption: String
  /// Rows that are written; what is beyond is told.
  let limit: Int

  /// A table without the columns that say the same in every row what the page says at its top.
  init(_ table: Table, caption: String, limit: Int) {
    let said: Set = ["before", "after", "task", "dataset", "split", "seed"]
    let kept = table.columns.indices.filter { column in
      !said.contains(table.columns[column]) || Set(table.rows.map { $0[column] }).count > 1
    }
    self.table = Table(
      columns: kept.map { table.columns[$0] }, rows: table.rows.map { row in kept.map { row[$0] } })
    self.caption = caption
    self.limit = limit
  }

  /// The table, in a box that scrolls.
  var html: String {
    let isNumeric = table.columns.indices.map { column in
      table.rows.contains { $0[column].isNumber }
        && table.rows.allSatisfy { $0[column].isNumber || $0[column].isNull }
    }
    let verdict = table.columns.firstIndex(of: "verdict")
    var out =
      "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"\(HTML.escaped(caption))\">"
    out +=
      "<table class=\"sortable\"><caption class=\"unseen\">\(HTML.escaped(caption))</caption><thead><tr>"
    for (column, name) in table.columns.enumerated() {
      let kind = isNumeric[column] ? " class=\"n\"" : ""
      out += "<th scope=\"col\"\(kind)><button type=\"button\">\(HTML.escaped(name))</button></th>"
    }
    out += "</tr></thead><tbody>\n"
    for row in table.rows.prefix(limit) {
      let word = verdict.flatMap { row[$0].string } ?? ""
      out += word.isEmpty ? "<tr>" : "<tr class=\"\(HTML.escaped(word))\">"
      for (column, cell) in row.enumerated() {
        out += ReportTable.cell(cell, isNumeric: isNumeric[column], isVerdict: column == verdict)
      }
      out += "</tr>\n"
    }
    out += "</tbody></table></div>"
    if table.rows.count > limit {
      out +=
        "<p class=\"notes\">The first \(limit) of \(table.rows.count) rows; the command below gives "
        + "all.</p>"
    }
    return out
  }

  private static func cell(_ cell: Cell, isNumeric: Bool, isVerdict: Bool) -> String {
    let kind = isNumeric ? " class=\"n\"" : isVerdict ? " class=\"verdict\"" : ""
    switch cell {
    case .null: return "<td class=\"none\(isNumeric ? " n" : "")\"></td>"
    case .integer(let value): return "<td\(kind)>\(value)</td>"
    case .real(let value):
      return "<td\(kind) data-v=\"\(value)\">\(rounded(value))</td>"
    case .text(let value): return "<td\(kind)>\(HTML.escaped(value))</td>"
    case .blob(let value): return "<td\(kind)>\(value.count) bytes</td>"
    }
  }

  private static func rounded(_ value: Double) -> String {
    guard value.isFinite else { return HTML.escaped("\(value)") }
    if value != 0, abs(value) < 0.0005 || abs(value) >= 100_000 { return NumberText.brief(value) }
    return String(format: "%.3f", value)
  }
}
