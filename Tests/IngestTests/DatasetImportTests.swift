import Compute
import Foundation
import Raster
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Import of data sets") struct DatasetImportTests {
  private let small: SmallDataset
  private var folder: TemporaryFolder { small.folder }
  private var store: Store { small.store }

  init() throws {
    small = try SmallDataset()
    let picture = Picture(
      width: 4, height: 2, channels: 3, pixels: [UInt8](repeating: 90, count: 24))
    try folder.write(Array(picture.pngData().prefix(20)), to: "set/cut.png")
    try folder.write(Array("no picture at all".utf8), to: "set/text.png")
    // A header that claims 60,000 × 60,000 pixels, followed by nothing.
    var huge = Array(picture.pngData().prefix(33))
    huge.replaceSubrange(16..<24, with: [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60])
    try folder.write(huge, to: "set/huge.png")
  }

  @Test("what cannot be used is left out, counted and kept with its reason")
  func rejections() throws {
    let summary = try small.add(
      """
      path,subject,emotion,au4
      a.png,s1,fear,2
      gone.png,s1,fear,2
      cut.png,s1,fear,2
      text.png,s1,fear,2
      huge.png,s1,fear,2
      a.png,s2,fear,2
      ../outside.png,s1,fear,2
      b.png,s2,glee,2
      c.png,s2,anger,0
      """)
    #expect(summary.samples == 2 && summary.subjects == 2)
    #expect(summary.rejections.count == 7)
    #expect(summary.labels == ["emotion": ["fear": 1, "anger": 1]])
    #expect(summary.actionUnits[4]?.present == 1 && summary.actionUnits[4]?.coded == 2)
    let rows = try store.catalogue.rows("SELECT file, line, reason FROM rejections ORDER BY rowid")
    #expect(rows.count == 7)
    #expect(rows.map { $0[0].string ?? "" }.contains("huge.png"))
    let reasons = summary.rejections.map(\.reason)
    #expect(reasons.contains("the path occurs twice"))
    #expect(reasons.contains { $0.contains("glee") })
  }

  @Test("strict, or nothing left: one error, and nothing has changed")
  func nothingChanges() throws {
    #expect(throws: IngestError.self) {
      try small.add(
        "path,emotion\na.png,fear\ngone.png,fear\n", options: DatasetImportOptions(isStrict: true))
    }
    #expect(throws: IngestError.self) { try small.add("path,emotion\ngone.png,fear\n") }
    #expect(throws: IngestError.self) { try small.add("path,emotion\n") }
    #expect(throws: IngestError.self) { try small.add("") }
    #expect(try store.datasets().isEmpty)
    #expect(try store.catalogue.value("SELECT count(*) FROM rejected") == .integer(0))
    #expect(
      try store.catalogue.value("SELECT count(*) FROM runs WHERE state = 'failed'") == .integer(4))
  }

  @Test("a name that is taken stays as it was, unless it is to give way")
  func replacing() throws {
    _ = try small.add("path,emotion\na.png,fear\n")
    #expect(throws: WarehouseError.self) { try small.add("path,emotion\nb.png,fear\n") }
    #expect(try store.catalogue.value("SELECT path FROM samples") == .text("a.png"))
    _ = try small.add(
      "path,emotion\nb.png,fear\nc.png,fear\n", options: DatasetImportOptions(isReplacing: true))
    #expect(try store.dataset(named: "set").count == 2)
  }

  @Test("given splits are kept, and missing ones among them rejected; drawn splits replace them")
  func splits() throws {
    let csv = "path,subject,split\na.png,s1,test\nb.png,s1,train\nc.png,s2,\n"
    let given = try small.add(csv)
    #expect(given.splits == ["test": 1, "train": 1] && given.rejections.count == 1)
    let drawn = try small.add(
      csv, options: DatasetImportOptions(split: .subject, isReplacing: true))
    #expect(drawn.samples == 3)
    #expect(
      try store.catalogue.value("SELECT count(DISTINCT split) FROM samples WHERE subject = 's1'")
        == .integer(1))
  }

  @Test("data without subjects: each sample is its own, and the summary says so")
  func noSubjects() throws {
    let summary = try small.add("path,emotion\na.png,fear\nb.png,anger\n")
    #expect(summary.subjects == nil)
    #expect(try store.catalogue.value("SELECT count(DISTINCT subject) FROM samples") == .integer(2))
  }

  @Test("a picture that was changed after the import is named by the ingest")
  func changedPicture() throws {
    _ = try small.add("path,emotion\na.png,fear\n")
    let other = Picture(width: 3, height: 3, channels: 1, pixels: [UInt8](repeating: 0, count: 9))
    try folder.write(other.pngData(), to: "set/a.png")
    let ingest = InputIngest(
      store: store, geometry: .init(size: 32), dataset: try store.dataset(named: "set"),
      threads: 1, monitor: Monitor())
    let error = #expect(throws: IngestError.self) { try ingest.run() }
    #expect(error?.problem.contains("a.png is 3×3 pixels now") == true)
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("set/a.png"))
    #expect(throws: PictureError.self) { try ingest.run() }
    #expect(try store.catalogue.value("SELECT count(*) FROM segment") == .integer(0))
  }

  @Test("formats: auto recognises, unknown ones are listed")
  func formats() throws {
    #expect(try small.add("path\na.png\n").format == "csv")
    let error = #expect(throws: IngestError.self) {
      try small.add("path\na.png\n", options: DatasetImportOptions(format: "cvs"))
    }
    #expect(error?.advice.contains("csv") == true)
    #expect(throws: IngestError.self) {
      try DatasetImport.run(
        path: folder.url.appendingPathComponent("nowhere").path, as: "x",
        options: DatasetImportOptions(), into: store)
    }
  }
}
