import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Ingest

@Suite("Data sets that are added again") struct DatasetUpdateTests {
  private let small: SmallDataset
  private var store: Store { small.store }

  init() throws { small = try SmallDataset(width: 4, height: 4) }

  private func ids() throws -> [Int] {
    try store.catalogue.rows("SELECT sample_id FROM samples ORDER BY path").compactMap { $0[0].int }
  }

  private func ingest() throws {
    _ = try InputIngest(
      store: store, geometry: .init(size: 32), dataset: try store.dataset(named: "set"),
      threads: 1, monitor: Monitor()
    ).run()
  }

  private func inputs() throws -> Int? {
    try store.catalogue.value("SELECT count(*) FROM stored_array WHERE tier = 'inputs'").int
  }

  @Test("labels, scores and action units are brought up to date; samples and inputs stay")
  func labels() throws {
    let first = try small.add(
      "path,emotion,valence,au4\na.png,fear,0.5,1\nb.png,anger,,0\nbad.png,anger,,\n")
    #expect(first.update == nil)
    let before = try ids()
    try ingest()
    let same = try small.add(
      "path,emotion,valence,au4\na.png,fear,0.5,1\nb.png,anger,,0\nbad.png,anger,,\n")
    #expect(same.update?.unchanged == 2 && same.update?.updated == 0)
    let second = try small.add("path,emotion,arousal,au4\na.png,sadness,0.25,1\nb.png,anger,,0\n")
    #expect(second.update?.updated == 1 && second.update?.unchanged == 1)
    #expect(try ids() == before && inputs() == 1)
    #expect(
      try store.catalogue.value("SELECT label FROM labels WHERE sample_id = ?", before[0])
        == .text("sadness"))
    #expect(
      try store.catalogue.rows("SELECT name, value FROM scores") == [
        [.text("arousal"), .real(0.25)]
      ])
    #expect(try store.catalogue.value("SELECT count(*) FROM rejections") == .integer(0))
  }

  @Test("what masks follow from takes the stored inputs with it, and nothing else")
  func masks() throws {
    try small.add("path,au4\na.png,1\nb.png,0\n")
    try ingest()
    let summary = try small.add("path,au4\na.png,1\nb.png,3\n")
    #expect(summary.update?.updated == 1)
    #expect(summary.notes.contains { $0.text.contains("ingest stores the inputs anew") })
    #expect(try inputs() == 0)
    try ingest()
    #expect(try inputs() == 1)
  }

  @Test("other samples and splits are refused, and nothing has changed")
  func refusals() throws {
    try small.add("path,emotion,subject,split\na.png,fear,s,train\nb.png,fear,s,train\n")
    for (csv, text) in [
      ("path,emotion,subject,split\na.png,anger,s,train\n", "1 gone"),
      (
        "path,emotion,subject,split\na.png,fear,s,train\nb.png,fear,s,train\nc.png,fear,s,train\n",
        "1 new"
      ),
      (
        "path,emotion,subject,split\na.png,anger,s,test\nb.png,fear,s,train\n", "1 in another split"
      ),
    ] {
      let error = #expect(throws: WarehouseError.self) { try small.add(csv) }
      #expect(error?.problem.contains(text) == true)
    }
    #expect(
      try store.catalogue.value("SELECT count(*) FROM labels WHERE label = 'fear'") == .integer(2))
  }

  @Test("a source that is not named again stays")
  func sources() throws {
    try small.folder.write("AU04_r,AU04_c,confidence\n2.0,1,1\n", to: "faces/a.csv")
    try small.add("path,au4\na.png,1\nb.png,0\n", openFace: "faces")
    try small.add("path,au4\na.png,3\nb.png,0\n")
    #expect(
      try store.catalogue.rows("SELECT source, intensity FROM aus ORDER BY 1")
        == [[.text("labels"), .real(3)], [.text("openface"), .real(2)]])
  }
}
