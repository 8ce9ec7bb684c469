import Foundation
import Testing

@Suite("Asking")
struct AskingTests {
  private let place: Workdir

  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
  }

  @Test("flips counts what the answers hold, as SQL over the view does")
  func flips() throws {
    let run = try place.lethe(["flips", "before", "after", "--csv"])
    #expect(run.code == 0, "\(run)")
    #expect(run.lines.count == 2, "\(run)")
    #expect(run.lines[1].hasPrefix("before,after,emotion,faces,test,12,5,3,2,2,0.25,"), "\(run)")
    let sql = try place.lethe([
      "sql",
      "SELECT outcome, count(*) AS n FROM transitions WHERE before = :b AND after = :a "
        + "GROUP BY 1", "-p", "b=before", "-p", "a=after",
    ])
    #expect(sql.output == "outcome,n\nforgotten,3\ngained,2\nmissed,2\nretained,5\n", "\(sql)")
  }

  @Test("forgotten lists the pictures with their action units")
  func forgotten() throws {
    let run = try place.lethe(["forgotten", "before", "after"])
    #expect(run.code == 0, "\(run)")
    #expect(run.lines.count == 4, "\(run)")
    #expect(run.lines.dropFirst().allSatisfy { $0.hasSuffix(",12") }, "\(run)")
    let filtered = try place.lethe(["forgotten", "before", "after", "--where", "subject = 'p0'"])
    #expect(filtered.lines.count == 2, "\(filtered)")
  }

  @Test("aus and score answer about the same pictures")
  func ausAndScore() throws {
    let units = try place.lethe(["aus", "before", "after"])
    #expect(units.code == 0, "\(units)")
    #expect(units.output.contains("\n12,3,5,0,1.0,0.0,"), "\(units)")
    let score = try place.lethe(["score", "before", "--json"])
    #expect(score.code == 0, "\(score)")
    #expect(score.output.contains("\"metric\""), "\(score)")
  }

  @Test("similar says how to store what it needs, and which layers there are")
  func similar() throws {
    let run = try place.lethe(["similar", "before", "after"])
    #expect(run.code == 1 && run.output.isEmpty, "\(run)")
    #expect(run.error.contains("run: lethe ingest --model before --dataset faces"), "\(run)")
    let layer = try place.lethe(["similar", "before", "after", "--layer", "logit"])
    #expect(layer.code == 2 && layer.error.contains("did you mean logits?"), "\(layer)")
    let same = try place.lethe(["similar", "before", "before"])
    #expect(
      same.lines.last == "before,before,faces,test,logits,logits,12,2,2,1.0,0.0", "\(same)")
  }

  @Test("the verdict gives each point or says what brings it, and writes whole tables")
  func verdict() throws {
    let run = try place.lethe(["verdict", "before", "after", "--csv-dir", "out/tables"])
    #expect(run.code == 0, "\(run)")
    #expect(
      run.output.hasPrefix("1. What changed, against chance\nOf 12 pictures, 3 were"), "\(run)")
    #expect(run.output.contains("Accuracy went from 0.667 to 0.583 over 1 rung; 3 pictures"))
    // No activations are stored: the point says how to store them, and the answer goes on.
    #expect(run.output.contains("lethe ingest --model before --dataset faces"), "\(run)")
    #expect(run.output.contains("3 pictures, those that were surest before first."), "\(run)")
    let folder = place.folder.appending(path: "out/tables")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(
      files.map { $0.dropFirst(3) } == [
        "flips.csv", "classes.csv", "events.csv", "aus.csv",
        "samples.csv",
      ])
    for (name, question) in [("flips", "flips"), ("events", "events"), ("samples", "forgotten")] {
      let file = try #require(files.first { $0.hasSuffix("-\(name).csv") })
      let alone = try place.lethe([question, "before", "after", "--csv"])
      let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
      #expect(text == alone.output)
    }
    let rows = try place.lethe(["verdict", "before", "after", "--csv"])
    #expect(rows.code == 0 && rows.lines[1].hasPrefix("1,flips,"), "\(rows)")
    let sql = try place.lethe(["verdict", "before", "after", "--show-sql"])
    #expect(sql.code == 0 && sql.output.contains("FROM transitions"), "\(sql)")
    let unknown = try place.lethe(["verdict", "before", "aftr"])
    #expect(unknown.code == 2 && unknown.error.contains("after"), "\(unknown)")
  }

  @Test("the report is one page that fetches nothing, and equal the second time")
  func report() throws {
    let run = try place.lethe(["report", "before", "after", "-o", "r.html"])
    #expect(run.code == 0 && run.error.contains("3 of 3 forgotten pictures"), "\(run)")
    let file = place.folder.appending(path: "r.html")
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n"))
    #expect(text.contains("default-src 'none'") && !text.contains("http://"))
    #expect(!text.contains("https://") && !text.contains("src=\"/"))
    for section in ["flips", "classes", "events", "aus", "similarity", "samples"] {
      #expect(text.contains("<section id=\"\(section)\""))
    }
    #expect(text.contains("data-aus=\"12\"") && text.contains("lethe flips before after"))
    let again = try place.lethe(["report", "before", "after", "-o", "again.html"])
    #expect(again.code == 0, "\(again)")
    let second = try Data(contentsOf: place.folder.appending(path: "again.html"))
    #expect(second == Data(text.utf8))
    let lost = try place.lethe(["report", "before", "after", "-o", "nowhere/r.html"])
    #expect(lost.code == 1 && lost.error.contains("nowhere/r.html cannot be written"), "\(lost)")
  }

  @Test("--show-sql prints a statement that gives the same rows")
  func showSQL() throws {
    let shown = try place.lethe(["forgotten", "before", "after", "--show-sql"])
    #expect(shown.code == 0, "\(shown)")
    let parameters = shown.lines.filter { $0.hasPrefix("-- -p ") }.flatMap {
      ["-p", String($0.dropFirst(6))]
    }
    let again = try place.lethe(["sql", "-"] + parameters, input: shown.output)
    let rows = try place.lethe(["forgotten", "before", "after"])
    #expect(again.output == rows.output, "\(again)")
  }

  @Test("a statement comes from an argument, a file or standard input")
  func sources() throws {
    let file = place.folder.appending(path: "question.sql")
    try "SELECT 7 AS seven;".write(to: file, atomically: true, encoding: .utf8)
    for (arguments, input) in [
      (["sql", "SELECT 7 AS seven"], ""), (["sql", "-f", "question.sql"], ""),
      (["sql", "-f", "-"], "SELECT 7 AS seven"), (["sql", "-"], "SELECT 7 AS seven"),
    ] {
      let run = try place.lethe(arguments, input: input)
      #expect(run.output == "seven\n7\n", "\(run)")
    }
    let missing = try place.lethe(["sql", "-f", "nowhere.sql"])
    #expect(missing.code == 2 && missing.error.contains("nowhere.sql"), "\(missing)")
  }

  @Test(
    "nothing that writes is let through",
    arguments: [
      "DELETE FROM sample", "CREATE TABLE x (y)", "ATTACH 'other.db' AS other",
      "PRAGMA journal_mode = DELETE", "SELECT load_extension('x')", "VACUUM",
    ])
  func readOnly(sql: String) throws {
    let run = try place.lethe(["sql", sql])
    #expect(run.code == 2, "\(run)")
    #expect(run.output.isEmpty, "\(run)")
    #expect(try place.lethe(["sql", "SELECT count(*) FROM samples"]).output.hasSuffix("\n12\n"))
  }

  @Test("lists show what there is, schema every view")
  func lists() throws {
    #expect(try place.lethe(["dataset", "list"]).output.contains("faces,csv,"))
    let shown = try place.lethe(["dataset", "show", "faces"])
    #expect(shown.output.contains("labels.emotion.happiness,6\n"), "\(shown)")
    #expect(try place.lethe(["model", "list"]).lines.count == 3)
    #expect(try place.lethe(["model", "show", "before"]).output.contains("task,emotion\n"))
    let layers = try place.lethe(["model", "show", "before", "--layers"])
    #expect(layers.output.contains("before,0,logits,dense"), "\(layers)")
    #expect(try place.lethe(["schema"]).output.contains("transitions,outcome,"))
    #expect(try place.lethe(["schema", "nothing"]).code == 2)
    #expect(try place.lethe(["completions", "--list", "models"]).output == "after\nbefore\n")
  }

  @Test("every public view answers, and is exported whole")
  func views() throws {
    let views = try place.lethe(["completions", "--list", "views"]).lines
    #expect(views.count >= 16)
    for view in views {
      let run = try place.lethe(["sql", "SELECT * FROM \(view)"])
      #expect(run.code == 0 || run.code == 3, "\(run)")
      let export = try place.lethe(["export", "csv", String(view)])
      #expect(export.output.split(separator: "\n").count == run.lines.count, "\(export)")
    }
  }

  @Test("landmarks read as coordinates")
  func landmarks() throws {
    let run = try place.lethe([
      "sql", "SELECT point, x, y FROM landmarks ORDER BY sample_id, point",
    ])
    #expect(run.output == "point,x,y\n0,1.5,2.0\n1,3.0,4.25\n", "\(run)")
  }
}
