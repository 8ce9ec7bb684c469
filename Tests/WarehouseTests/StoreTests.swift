import Foundation
import SQLite
import Testing

@testable import Warehouse

@Suite("Store: opening and closing")
struct StoreTests {
  private func entries(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test("A new warehouse has its folders, its version and its record of it")
  func create() throws {
    let folder = try TemporaryFolder()
    let store = try Store.open(folder("a/b/w"), for: .writing(create: true))
    #expect(store.isWritable)
    #expect(try store.catalogue.value("PRAGMA application_id").int == 0x4c54_4845)
    #expect(try store.catalogue.value("PRAGMA user_version").int == Migrations.current)
    #expect(try store.catalogue.value("PRAGMA journal_mode").string == "wal")
    #expect(try store.catalogue.value("PRAGMA synchronous").int == 2)
    #expect(try store.catalogue.value("PRAGMA foreign_keys").int == 1)
    let records = try store.catalogue.rows("SELECT number, name, applied FROM migration")
    #expect(records.map(\.[0].int) == Array(1...Migrations.current))
    #expect(records[0][1].string == "0001-initial")
    let applied = try #require(records[0][2].string)
    #expect(abs(try Date(applied, strategy: .iso8601).timeIntervalSinceNow) < 3600)
    try store.close()
    try store.close()
    #expect(
      try entries(folder("a/b/w"))
        == ["arrays", "inputs", "models", "warehouse.lock", "warehouse.sqlite"])
  }

  @Test("A warehouse that was made for nothing goes again, and nothing else does")
  func unused() throws {
    let folder = try TemporaryFolder()
    try Store.open(folder("w"), for: .writing(create: true)).closeUnlessUsed()
    #expect(!FileManager.default.fileExists(atPath: folder("w").path))
    // A folder that was there stays, without what was put into it.
    try FileManager.default.createDirectory(at: folder("w"), withIntermediateDirectories: true)
    let made = try Store.open(folder("w"), for: .writing(create: true))
    try made.closeUnlessUsed()
    try made.close()
    #expect(try entries(folder("w")).isEmpty)
    // What was opened only, and what holds something, stays.
    let whole = ["arrays", "inputs", "models", "warehouse.lock", "warehouse.sqlite"]
    try Store.open(folder("w"), for: .writing(create: true)).close()
    try Store.open(folder("w"), for: .writing(create: true)).closeUnlessUsed()
    #expect(try entries(folder("w")) == whole)
    try FileManager.default.removeItem(at: folder("w"))
    let used = try Example.store(in: folder)
    try Example.addFaces(to: used)
    try used.closeUnlessUsed()
    #expect(try entries(folder("w")) == whole)
    #expect(try Store.open(folder("w"), for: .reading).dataset(named: "faces").name == "faces")
  }

  @Test("A copy of warehouse.sqlite is complete once the writer has closed")
  func checkpoint() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    try Example.addFaces(to: store)
    try store.close()
    try FileManager.default.copyItem(at: folder("w/warehouse.sqlite"), to: folder("copy.sqlite"))
    let copy = try Connection(path: folder("copy.sqlite").path, mode: .immutable)
    #expect(try copy.value("SELECT samples FROM datasets").int == 10)
  }

  @Test("What is no warehouse is told apart, and left alone")
  func notAWarehouse() throws {
    let folder = try TemporaryFolder()
    func open(_ name: String, _ access: Store.Access) -> WarehouseError.Cause? {
      cause { _ = try Store.open(folder(name), for: access) }
    }
    #expect(open("none", .reading) == .missing)
    #expect(open("none", .writing(create: false)) == .missing)
    try Data().write(to: folder("file"))
    try FileManager.default.createDirectory(
      at: folder("pictures/arrays"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: folder("pictures/me.png"))
    for access in [Store.Access.reading, .writing(create: false), .writing(create: true)] {
      #expect(open("file", access) == .notAWarehouse)
      #expect(open("pictures", access) == .notAWarehouse)
    }
    #expect(try entries(folder("pictures")) == ["arrays", "me.png"])
    // A database of somebody else's, and a text of that name.
    try FileManager.default.createDirectory(at: folder("other"), withIntermediateDirectories: true)
    try Connection(path: folder("other/warehouse.sqlite").path, mode: .create).run(
      "CREATE TABLE t (x)")
    try FileManager.default.createDirectory(at: folder("text"), withIntermediateDirectories: true)
    try Data(String(repeating: "text ", count: 500).utf8).write(
      to: folder("text/warehouse.sqlite"))
    for access in [Store.Access.reading, .writing(create: false), .writing(create: true)] {
      #expect(open("other", access) == .notAWarehouse)
      #expect(open("text", access) == .notAWarehouse)
    }
    #expect(
      failure { _ = try Store.open(folder("none"), for: .reading) }.hasSuffix(
        "none: there is no warehouse; name one with -w, or make one: lethe dataset add, lethe demo")
    )
  }

  @Test("An interrupted creation is finished by the next writer")
  func interruptedCreation() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(at: folder("w"), withIntermediateDirectories: true)
    try Data().write(to: folder("w/warehouse.sqlite"))
    try Data().write(to: folder("w/warehouse.lock"))
    #expect(cause { _ = try Store.open(folder("w"), for: .reading) } == .notAWarehouse)
    try Store.open(folder("w"), for: .writing(create: true)).close()
    try Store.open(folder("w"), for: .reading).close()
  }

  @Test("A warehouse of a newer version is refused, of an older one brought up to date by a writer")
  func versions() throws {
    let folder = try TemporaryFolder()
    try Example.store(in: folder).close()
    func setVersion(_ version: Int) throws {
      try Connection(path: folder("w/warehouse.sqlite").path, mode: .readWrite).execute(
        script: "PRAGMA user_version = \(version)")
    }
    try setVersion(Migrations.current + 1)
    for access in [Store.Access.reading, .writing(create: false), .writing(create: true)] {
      #expect(cause { _ = try Store.open(folder("w"), for: access) } == .newerVersion)
    }
    // The refusal has released the lock.
    try setVersion(Migrations.current)
    try Store.open(folder("w"), for: .writing(create: false)).close()
  }

  @Test("Migrations apply once, in order, each whole or not at all")
  func migrations() throws {
    let catalogue = try Connection(path: ":memory:", mode: .create)
    let first = Migrations.all[0]
    let second = Migrations.Migration(number: 2, name: "0002-more", sql: "CREATE TABLE more (x)")
    let broken = Migrations.Migration(
      number: 3, name: "0003-broken", sql: "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)")
    try Migrations.apply([first], to: catalogue)
    #expect(try Migrations.version(of: catalogue) == 1)
    #expect(throws: SQLiteError.self) {
      try Migrations.apply([first, second, broken], to: catalogue)
    }
    #expect(try Migrations.version(of: catalogue) == 2)
    #expect(
      try catalogue.rows("SELECT name FROM migration ORDER BY number").map(\.[0].string)
        == ["0001-initial", "0002-more"])
    #expect(try catalogue.row("SELECT 1 FROM sqlite_schema WHERE name = 'half'") == nil)
    try Migrations.apply([first, second], to: catalogue)
    #expect(try catalogue.value("SELECT count(*) FROM migration").int == 2)
  }

  @Test("Candidates of an older form go, and nothing else")
  func olderCandidates() throws {
    let catalogue = try Connection(path: ":memory:", mode: .create)
    try Migrations.apply(Array(Migrations.all[..<8]), to: catalogue)
    try catalogue.execute(
      script: """
        INSERT INTO dataset (id, name, format, root) VALUES
          (1, 'faces', 'csv', '/faces');
        INSERT INTO segment (id, file, dataset, first, count, bytes, sha256) VALUES
          (1, 'only', 1, 0, 2, 1, ''), (2, 'both', 1, 0, 2, 1, ''), (3, 'other', 1, 0, 2, 1, ''),
          (4, 'no arrays', 1, 0, 2, 1, '');
        INSERT INTO stored_array (key, tier, dataset, first, segment, node, dtype, bytes) VALUES
          ('a', 'candidates', 1, 0, 1, '', 'f32', 1), ('b', 'candidates', 1, 0, 1, '', 'f32', 1),
          ('c', 'candidates', 1, 0, 2, '', 'f32', 1), ('c', 'pooled', 1, 0, 2, '', 'f32', 1),
          ('d', 'pooled', 1, 0, 3, '', 'f32', 1);
        """)
    try Migrations.apply(Array(Migrations.all[8...8]), to: catalogue)
    #expect(
      try catalogue.rows("SELECT file FROM segment ORDER BY id").map(\.[0].string)
        == ["both", "other", "no arrays"])
    #expect(
      try catalogue.rows("SELECT key, tier FROM stored_array ORDER BY key").map { row in
        [row[0].string, row[1].string]
      } == [["c", "pooled"], ["d", "pooled"]])
  }

  @Test("One writer at a time; the second is told who the first is; readers go on")
  func lock() throws {
    let folder = try TemporaryFolder()
    let writer = try Store.open(folder("w"), for: .writing(create: true), purpose: "ingest")
    let text = failure { _ = try Store.open(folder("w"), for: .writing(create: true)) }
    #expect(
      text == "\(folder("w").path): another process writes to it (process \(getpid()), ingest); "
        + "wait until it ends, or end it")
    writer.announce("ingest, picture 7 of 10")
    #expect(
      failure { _ = try Store.open(folder("w"), for: .writing(create: true)) }.contains(
        "picture 7 of 10"))
    let reader = try Store.open(folder("w"), for: .reading)
    try Example.addFaces(to: writer)
    #expect(try reader.datasets().map(\.count) == [10])
    try writer.catalogue.transaction {
      try writer.catalogue.run("DELETE FROM label")
      #expect(try reader.catalogue.value("SELECT count(*) FROM labels").int == 10)
    }
    try writer.close()
    try reader.close()
    try Store.open(folder("w"), for: .writing(create: false)).close()
  }

  @Test("A reader cannot write, neither by the store nor by the catalogue")
  func reading() throws {
    let folder = try TemporaryFolder()
    try Example.store(in: folder).close()
    let reader = try Store.open(folder("w"), for: .reading)
    #expect(!reader.isWritable)
    #expect(cause { try Example.addFaces(to: reader) } == .readOnly)
    #expect(cause { _ = try reader.beginRun(kind: "ingest") } == .readOnly)
    #expect(
      cause { try reader.saveModel(Example.model("m"), tensors: Example.tensors) } == .readOnly)
    #expect(throws: SQLiteError.self) {
      try reader.catalogue.run("INSERT INTO run (kind, state, started) VALUES ('x', 'done', '')")
    }
  }

  @Test("A folder without write permission is read, unless a writer was interrupted in it")
  func readOnlyFolder() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    try Example.addFaces(to: store)
    try store.close()
    let before = try entries(folder("w"))
    let reader = try Store.openForReading(folder("w"), canWrite: false)
    #expect(try reader.datasets().map(\.name) == ["faces"])
    #expect(try entries(folder("w")) == before)
    try reader.close()
    try Data("pending".utf8).write(to: folder("w/warehouse.sqlite-wal"))
    #expect(cause { _ = try Store.openForReading(folder("w"), canWrite: false) } == .readOnly)
  }

  @Test("A place where nothing can be made is named")
  func unwritable() throws {
    #expect(
      cause { _ = try Store.open(URL(filePath: "/proc/w"), for: .writing(create: true)) }
        == .readOnly)
  }

  @Test("A writer sweeps what no row names, and nothing that is not of a warehouse's naming")
  func sweep() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let faces = try Example.addFaces(to: store)
    try Example.addPooled(to: store, dataset: faces)
    try store.saveModel(Example.model("m"), tensors: Example.tensors)
    let weights = try store.model(named: "m").file
    try store.close()
    let hex = String(repeating: "a", count: 64)
    let leftovers = [
      "arrays/faces/emotion-0123456789ab-00000010.h5",
      "arrays/faces/emotion-0123456789ab-00000010.bits.h5.partial",
      "arrays/gone/m-0123456789ab-00000000.h5", "inputs/0123456789ab/faces-00000000.h5",
      "inputs/0123456789ab/faces-00000000.h5.partial", "models/\(hex).safetensors",
      "models/new.safetensors.partial", "models/m.checkpoint.partial",
    ]
    let foreign = [
      "arrays/notes.txt", "arrays/faces/mine.h5", "models/vgg16.safetensors", "models/m.checkpoint",
      "inputs/faces.h5", "mine.partial", "arrays/faces/x.partial",
    ]
    for path in leftovers + foreign {
      let url = folder("w/" + path)
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data("x".utf8).write(to: url)
    }
    // A link out of the warehouse is not followed.
    try FileManager.default.createDirectory(at: folder("out"), withIntermediateDirectories: true)
    try Data("x".utf8).write(to: folder("out/m-0123456789ab-00000000.h5"))
    try FileManager.default.createSymbolicLink(
      at: folder("w/arrays/link"), withDestinationURL: folder("out"))
    try Store.open(folder("w"), for: .reading).close()
    func exists(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: folder("w/" + path).path)
    }
    #expect(leftovers.allSatisfy(exists))
    try Store.open(folder("w"), for: .writing(create: false)).close()
    #expect(leftovers.filter(exists) == [])
    #expect(foreign.filter { !exists($0) } == [])
    #expect(exists("arrays/link/m-0123456789ab-00000000.h5"))
    #expect(exists("arrays/faces/emotion-0123456789ab-00000000.h5") && exists(weights))
  }

  @Test("Runs are noted; those of a dead writer are interrupted")
  func runs() throws {
    let folder = try TemporaryFolder()
    let store = try Example.store(in: folder)
    let first = try store.beginRun(kind: "ingest", model: "m", dataset: "faces")
    let second = try store.beginRun(kind: "train", model: "m")
    _ = try store.beginRun(kind: "dataset", dataset: "faces")
    try store.finishRun(first, .done, detail: "10 samples")
    try store.finishRun(second, .failed, detail: "diverged")
    try store.close()
    let again = try Store.open(folder("w"), for: .writing(create: false))
    let rows = try again.catalogue.rows(
      "SELECT kind, state, finished IS NULL FROM runs ORDER BY run")
    #expect(
      rows == [
        [.text("ingest"), .text("done"), .integer(0)],
        [.text("train"), .text("failed"), .integer(0)],
        [.text("dataset"), .text("interrupted"), .integer(0)],
      ])
  }

  @Test("A mistyped name is answered with the nearest, else with the list")
  func suggestions() {
    func text(_ name: String, _ names: [String]) -> String? {
      WarehouseError.unknown("model", name, among: names).advice
    }
    let names = ["emotion", "pain-fc", "pain-b1"]
    #expect(text("emotoin", names) == "did you mean emotion?")
    #expect(text("Pain-B1", names) == "did you mean pain-b1?")
    #expect(text("pain-b2", names) == "did you mean pain-b1?")
    #expect(text("zzz", names) == "there are emotion, pain-fc, pain-b1")
    #expect(text("zzz", []) == "there is none yet")
    #expect(text("q", (0..<30).map { "name\($0)" })?.hasSuffix("name19, …") == true)
  }
}
