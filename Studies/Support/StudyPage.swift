import Foundation

/// A Markdown page that shows tables between `<!-- table: NAME -->` and `<!-- end -->`.
struct StudyPage {
  private(set) var text: String

  /// Puts a table in place of what its markers hold; a page without the markers stays as it is.
  mutating func show(_ table: String, as name: String) {
    guard let start = text.range(of: "<!-- table: \(name) -->\n"),
      let end = text.range(of: "<!-- end -->", range: start.upperBound..<text.endIndex)
    else { return }
    text.replaceSubrange(start.upperBound..<end.lowerBound, with: "\n\(table)\n")
  }

  /// Whether the page has markers for a table.
  func has(_ name: String) -> Bool { text.contains("<!-- table: \(name) -->\n") }
}
