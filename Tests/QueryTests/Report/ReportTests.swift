import Foundation
import Testing

@testable import Query

@Suite("The parts of the report") struct ReportTests {
  @Test("text cannot become markup, nor end a script")
  func escaping() {
    #expect(
      HTML.escaped("<b title='x'>\"&\u{1}</b>")
        == "&lt;b title=&#39;x&#39;&gt;&quot;&amp;\u{fffd}&lt;/b&gt;")
    #expect(HTML.escaped("Frühstück 😀\n\t") == "Frühstück 😀\n\t")
    #expect(HTML.json(#"{"a":"</script>"}"#) == #"{"a":"\u003c/script>"}"#)
    #expect(HTML.sentence("6.9 % (p = 0.26)") == "6.9\u{a0}% (p\u{a0}=\u{a0}0.26)")
  }

  @Test("a table leaves out what the page says, cuts rows aloud, and sorts by whole numbers")
  func table() {
    let table = Table(
      columns: ["before", "au", "p", "verdict"],
      rows: [
        [.text("a"), .integer(4), .real(0.123456), .text("forgotten")],
        [.text("a"), .integer(12), .null, .text("<kept>")],
        [.text("a"), .integer(6), .real(1e-9), .text("kept")],
      ])
    let html = ReportTable(table, caption: "AUs", limit: 2).html
    #expect(!html.contains("before"))
    #expect(html.contains("<td class=\"n\" data-v=\"0.123456\">0.123</td>"))
    #expect(html.contains("<tr class=\"forgotten\">"))
    #expect(html.contains("<td class=\"none n\"></td>"))
    #expect(html.contains("&lt;kept&gt;") && !html.contains("<kept>"))
    #expect(html.contains("The first 2 of 3 rows"))
    #expect(html.components(separatedBy: "<tr").count == 4)
  }

  @Test("commands can be pasted, whatever the names and conditions are")
  func commands() {
    var question = VerdictQuestion(before: "my net", after: "b")
    question.selection = Selection(dataset: "faces", split: .val, filter: "subject = 'p0'")
    #expect(
      question.command(.classes)
        == #"lethe flips 'my net' b --by-class --dataset faces --split val "#
        + #"--where 'subject = '\''p0'\'''"#)
    #expect(question.quoted("") == "''")
  }
}
