import Foundation
import Testing

@Suite("Failures of the binary")
struct FailureTests {
  private let place: Workdir

  init() throws { place = try Workdir() }

  @Test("a typing error gets a suggestion and code 2")
  func typo() throws {
    let command = try place.lethe(["filps", "a", "b"])
    #expect(command.code == 2, "\(command)")
    #expect(
      command.error.hasPrefix("lethe: unknown command 'filps' (did you mean 'flips'?)\n"),
      "\(command)")
    let option = try place.lethe(["flips", "a", "b", "--spilt", "val"])
    #expect(option.code == 2, "\(option)")
    #expect(option.error.contains("(did you mean '--split'?)"), "\(option)")
  }

  @Test("a model that is not there gets a suggestion and code 2")
  func unknownModel() throws {
    try SmallWarehouse.make(in: place.folder)
    for arguments in [["flips", "befor", "after"], ["model", "show", "befor"]] {
      let run = try place.lethe(arguments)
      #expect(run.code == 2, "\(run)")
      #expect(run.error.contains("did you mean before?"), "\(run)")
    }
  }

  @Test("no warehouse, something that is none, and one that is damaged: one message, code 1")
  func noWarehouse() throws {
    let missing = try place.lethe(["model", "list"])
    #expect(missing.code == 1, "\(missing)")
    #expect(missing.error.split(separator: "\n").count == 1, "\(missing)")
    #expect(missing.error.contains("lethe-warehouse: there is no warehouse"), "\(missing)")

    let folder = try place.lethe(["-w", ".", "model", "list"])
    #expect(folder.code == 1 && folder.error.contains("no warehouse"), "\(folder)")

    let file = place.folder.appending(path: "plain")
    try "text".write(to: file, atomically: true, encoding: .utf8)
    let plain = try place.lethe(["-w", "plain", "model", "list"])
    #expect(plain.code == 1 && plain.error.contains("plain"), "\(plain)")

    let other = place.folder.appending(path: "other")
    try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
    try Data(repeating: 65, count: 5_000).write(to: other.appending(path: "warehouse.sqlite"))
    let damaged = try place.lethe(["-w", "other", "model", "list"])
    #expect(damaged.code == 1 && damaged.error.hasPrefix("lethe: "), "\(damaged)")
  }

  @Test("the warehouse is -w, else $LETHE_WAREHOUSE, else ./lethe-warehouse")
  func whichWarehouse() throws {
    try SmallWarehouse.make(in: place.folder)
    let moved = place.folder.appending(path: "moved")
    let list = ["dataset", "list"]
    #expect(try place.lethe(list).code == 0)
    try FileManager.default.moveItem(at: place.folder.appending(path: "lethe-warehouse"), to: moved)
    #expect(try place.lethe(list).code == 1)
    #expect(try place.lethe(list, environment: ["LETHE_WAREHOUSE": "moved"]).code == 0)
    #expect(try place.lethe(["-w", "moved"] + list).code == 0)
    #expect(try place.lethe(list + ["--warehouse=\(moved.path)"]).code == 0)
  }

  @Test("SQL that does not parse shows where")
  func badSQL() throws {
    try SmallWarehouse.make(in: place.folder)
    let run = try place.lethe(["sql", "SELECT modle FROM models"])
    #expect(run.code == 2, "\(run)")
    #expect(run.error.contains("no such column: modle"), "\(run)")
    #expect(run.error.contains("did you mean model?"), "\(run)")
  }

  @Test("Ctrl-C stops a statement with code 130", arguments: [SIGINT, SIGTERM])
  func interrupt(signal: Int32) throws {
    try SmallWarehouse.make(in: place.folder)
    let name = signal == SIGINT ? "INT" : "TERM"
    // With job control (-m) the shell leaves SIGINT to its background jobs.
    let run = try place.bash(
      """
      set -m
      lethe_sql() {
        exec "$LETHE" sql --timeout 60 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) \
      SELECT count(*) FROM n'
      }
      lethe_sql & sleep 1; kill -\(name) $!; wait $!; echo $?
      """)
    #expect(run.output == "130\n", "\(run)")
    #expect(run.error.contains("stopping…"), "\(run)")
  }

  @Test("colour only on a terminal, and not with NO_COLOR")
  func colour() throws {
    let escape = "\u{1B}["
    #expect(!(try place.lethe(["nothing"]).error.contains(escape)))
    for (prefix, isColoured) in [("env TERM=xterm", true), ("env TERM=xterm NO_COLOR=1", false)] {
      // script(1) runs its command on a terminal of its own.
      let run = try place.bash(
        "script -qec '\(prefix) \(Workdir.lethe) nothing' /dev/null < /dev/null || true")
      #expect(run.output.contains("unknown command 'nothing'"), "\(run)")
      #expect(run.output.contains(escape) == isColoured, "\(run)")
    }
  }
}
