import Foundation
import Testing

@Suite("Output of the binary")
struct OutputTests {
  private let place: Workdir
  private static let endless =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
  private static let long =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000000) SELECT i FROM n"

  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
  }

  @Test("into a pipe or a file goes CSV, other formats on demand")
  func formats() throws {
    let sql = "SELECT model, task FROM models ORDER BY 1"
    for (flags, expected) in [
      ([], "model,task\nafter,emotion\nbefore,emotion\n"),
      (["--csv"], "model,task\nafter,emotion\nbefore,emotion\n"),
      (["--table"], "model   task\n──────  ───────\nafter   emotion\nbefore  emotion\n"),
      (
        ["--jsonl"],
        "{\"model\":\"after\",\"task\":\"emotion\"}\n{\"model\":\"before\",\"task\":\"emotion\"}\n"
      ),
    ] {
      let run = try place.lethe(["sql", sql] + flags)
      #expect(run.code == 0, "\(run)")
      #expect(run.output == expected, "\(run)")
      #expect(run.error.isEmpty, "\(run)")
    }
  }

  @Test("a reader that stops early ends the command with success, silently")
  func closedPipe() throws {
    let run = try place.bash("lethe sql '\(Self.long)' | head -2; echo ${PIPESTATUS[0]}")
    #expect(run.output == "i\n1\n0\n", "\(run)")
    #expect(run.error.isEmpty, "\(run)")
  }

  @Test("a full disk is an error")
  func fullDisk() throws {
    let run = try place.bash("lethe sql 'SELECT 1 AS one' > /dev/full")
    #expect(run.code == 1, "\(run)")
    #expect(
      run.error == "lethe: cannot write to standard output: No space left on device\n", "\(run)")
  }

  @Test("-o writes the whole file or leaves what was there")
  func atomicFile() throws {
    let file = place.folder.appending(path: "answer.csv")
    let good = try place.lethe(["sql", "SELECT 1 AS one", "-o", "answer.csv"])
    #expect(good.code == 0 && good.output.isEmpty, "\(good)")
    #expect(try String(contentsOf: file, encoding: .utf8) == "one\n1\n")

    let slow = try place.lethe(["sql", Self.endless, "-o", "answer.csv", "--timeout", "0.2"])
    #expect(slow.code == 1, "\(slow)")
    #expect(slow.error.contains("longer than"), "\(slow)")
    #expect(try String(contentsOf: file, encoding: .utf8) == "one\n1\n")
    let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(!left.contains { $0.contains("partial") }, "\(left)")

    let missing = try place.lethe(["sql", "SELECT 1", "-o", "none/answer.csv"])
    #expect(missing.code == 1, "\(missing)")
    #expect(missing.error.contains("none/answer.csv"), "\(missing)")
  }

  @Test("the extension of the file says its format")
  func extensions() throws {
    _ = try place.lethe(["sql", "SELECT 1 AS one", "-o", "answer.json"])
    let text = try String(contentsOf: place.folder.appending(path: "answer.json"), encoding: .utf8)
    #expect(text.hasPrefix("["))
  }

  @Test("a cut is announced, a limit that cuts nothing is not")
  func limit() throws {
    let cut = try place.lethe(["sql", "SELECT * FROM samples", "--limit", "4"])
    #expect(cut.code == 0 && cut.lines.count == 5, "\(cut)")
    #expect(cut.error.contains("cut after 4 rows"), "\(cut)")
    let quiet = try place.lethe(["-q", "sql", "SELECT * FROM samples", "--limit", "4"])
    #expect(quiet.error == cut.error, "\(quiet)")
    let whole = try place.lethe(["sql", "SELECT * FROM samples", "--limit", "12"])
    #expect(whole.lines.count == 13 && whole.error.isEmpty, "\(whole)")
  }

  @Test("no row: the header, and code 3")
  func nothing() throws {
    let run = try place.lethe(["sql", "SELECT path FROM samples WHERE subject = 'nobody'"])
    #expect(run.code == 3, "\(run)")
    #expect(run.output == "path\n", "\(run)")
  }
}
