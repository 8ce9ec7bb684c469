import CommandLineKit
import Testing

@testable import lethe

@Suite("Progress")
struct ProgressTests {
  @Test("the line says how far, how fast and how long")
  func line() {
    let line = ProgressLine(
      title: "ingest", completed: 50, total: 200, unit: "pictures", elapsed: .seconds(5), note: "")
    #expect(
      line.text(columns: 100)
        == "ingest ━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ 25 %  50/200 pictures  10/s  0:15 left")
  }

  @Test("the line never wraps", arguments: [1, 20, 79, 200])
  func width(columns: Int) {
    let line = ProgressLine(
      title: "train", completed: 3, total: 7, unit: "epochs", elapsed: .seconds(61),
      note: "loss 0.123")
    #expect(line.text(columns: columns).count < columns)
  }

  @Test(
    "times read as a clock's",
    arguments: [(0, "0:00"), (59.2, "1:00"), (61, "1:01"), (3_725, "1:02:05"), (1e12, "99:59:59")])
  func clock(seconds: Double, expected: String) {
    #expect(ProgressLine.clock(seconds) == expected)
  }

  @Test("nothing is drawn without a terminal, and a drawn line is removed")
  func drawing() {
    let sink = MemorySink()
    let silent = ProgressBar(title: "x", total: 3, unit: "y", sink: sink, columns: nil)
    silent.update(1)
    silent.finish()
    #expect(sink.text.isEmpty)
    let bar = ProgressBar(title: "x", total: 3, unit: "y", sink: sink, columns: 80)
    bar.update(1)
    // Too soon after the first.
    bar.update(2)
    bar.finish()
    #expect(sink.text.hasPrefix("\rx ━━━━━━╌"))
    #expect(!sink.text.contains("2/3"))
    #expect(sink.text.hasSuffix("\r\u{1B}[K"))
  }
}
