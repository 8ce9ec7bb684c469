import Foundation
import Query
import Testing

@testable import lethe_studies

@Suite("The page of statistics")
struct StudyPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test("a table takes the place of what its markers hold")
  func show() {
    var page = StudyPage(text: "a\n<!-- table: x -->\nold\n<!-- end -->\nb\n<!-- end -->\n")
    page.show("| new |\n", as: "x")
    #expect(page.text == "a\n<!-- table: x -->\n\n| new |\n\n<!-- end -->\nb\n<!-- end -->\n")
    let before = page.text
    page.show("| none |", as: "y")
    #expect(page.text == before)
  }

  @Test("the page shows the tables that lie in Studies/results")
  func upToDate() throws {
    let page = StudyPage(
      text: try String(
        contentsOf: Self.root.appending(path: "docs/statistics.md"), encoding: .utf8))
    let folder = Self.root.appending(path: "Studies/results")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".csv") }
    #expect(files.count >= 6)
    for file in files {
      let name = String(file.dropLast(4))
      #expect(page.has(name), "\(file) is not shown")
      let lines = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let header = try #require(lines.first).map(String.init)
      let rows = lines.dropFirst().map { line in line.map { StudyPageTests.cell(String($0)) } }
      let table = StudyTable(
        name: name, title: "", table: Table(columns: header, rows: Array(rows)))
      var again = page
      again.show(try StudyOutput.text(table.readable, as: .md), as: name)
      #expect(again.text == page.text, "\(file) is not what the page shows: run make studies")
    }
  }

  private static func cell(_ text: String) -> Cell {
    if text.isEmpty { return .null }
    if let value = Int(text) { return Cell(value) }
    return Double(text).map { .real($0) } ?? .text(text)
  }
}
