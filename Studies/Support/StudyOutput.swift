import CommandLineKit
import Foundation
import Query

/// Where the tables of a study go: Markdown to standard output, CSV to a folder, and into a page.
struct StudyOutput {
  let folder: URL?
  /// The page whose tables are brought up to date.
  let page: URL?
  let console: Console

  /// Writes one table.
  func write(_ table: StudyTable) throws {
    let markdown = try StudyOutput.text(table.readable, as: .md)
    try console.output.write("### \(table.title)\n\n\(markdown)\n")
    if let folder {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data(try StudyOutput.text(table.table, as: .csv).utf8).write(
        to: folder.appending(path: "\(table.name).csv"), options: .atomic)
    }
    if let page {
      var content = StudyPage(text: try String(contentsOf: page, encoding: .utf8))
      content.show(markdown, as: table.name)
      try Data(content.text.utf8).write(to: page, options: .atomic)
    }
  }

  /// Tells whoever is watching.
  func note(_ text: String) throws { try console.error.write("lethe-studies: \(text)\n") }

  func seconds(_ duration: Duration) -> String { String(format: "%.1f", duration / .seconds(1)) }

  static func text(_ table: Table, as format: OutputFormat) throws -> String {
    var bytes: [UInt8] = []
    try format.writer { bytes += $0 }.write(table)
    return String(decoding: bytes, as: UTF8.self)
  }
}
