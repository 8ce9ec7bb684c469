import Compute
import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Concepts that are kept")
struct KeptConceptTests {
  private struct Killed: Error {}
  let place: ConceptStore

  init() throws { place = try ConceptStore() }

  /// Fits and keeps everything, as the command does.
  private func fit(_ change: (inout ConceptRequest) -> Void = { _ in }) throws -> ConceptSet {
    var request = ConceptRequest()
    change(&request)
    let (writer, store) = (try place.open(writing: true), try place.open())
    defer { try? writer.close() }
    return try ReadOnlySession(store).concepts(request, of: store, keep: writer.saveConcepts)
  }

  @Test("a second fit does nothing, and gives what the first one found")
  func again() throws {
    let first = try fit()
    #expect(first.computed == 8 && first.notes[1] == "8 concepts fitted, 0 already kept")
    let second = try fit()
    #expect(second.computed == 0 && second.notes[1] == "0 concepts fitted, 8 already kept")
    #expect(second.all.map(\.record) == first.all.map(\.record))
    #expect(Set(second.all.compactMap(\.record.id)).count == 8)
    #expect(try fit { $0.settings.lambda = 0.5 }.computed == 8)
  }

  @Test("the views show each concept beside every model that has its layer")
  func views() throws {
    let set = try fit()
    let store = try place.open()
    let session = try ReadOnlySession(store)
    let listed = try session.table(try session.storedConcepts(ConceptRequest()))
    let fitted = try session.table(set.answer)
    #expect(listed.columns == fitted.columns)
    #expect(listed.rows.count == 16)
    func sorted(_ table: Table) -> [String] { table.rows.map { "\($0)" }.sorted() }
    #expect(sorted(listed) == sorted(fitted))
    var request = ConceptRequest()
    (request.models, request.layers, request.units) = (["twin"], ["exact", "place"], [12])
    (request.dataset, request.split) = ("faces", .test)
    #expect(try session.table(try session.storedConcepts(request)).rows.count == 2)
    let weights = try session.numbers(
      """
      SELECT w.channel, w.weight FROM concept_weights w JOIN concepts c USING (concept_id)
      WHERE c.model = 'net' AND c.layer = 'wide' AND c.au = 12 ORDER BY 1
      """)
    let record = try #require(set.record(model: "net", layer: "wide", au: 12))
    #expect(weights == record.weights.indices.map { [Double($0), record.weights[$0]] })
  }

  @Test("what is killed in the middle leaves whole layers")
  func killed() throws {
    let (writer, store) = (try place.open(writing: true), try place.open())
    var layers = 0
    #expect(throws: Killed.self) {
      _ = try ReadOnlySession(store).concepts(ConceptRequest(), of: store, progress: { _, _, _ in })
      { rows in
        layers += 1
        if layers == 2 {
          try writer.catalogue.transaction {
            try writer.catalogue.run("DELETE FROM concept")
            throw Killed()
          }
        }
        return try writer.saveConcepts(rows)
      }
    }
    #expect(try writer.catalogue.value("SELECT count(*) FROM concept").int == 2)
    try writer.close()
    #expect(try fit().kept == 2)
  }

  @Test("concept_score has the samples of a concept, and looks one up")
  func scores() throws {
    let set = try fit()
    let record = try #require(set.record(model: "net", layer: "wide", au: 12))
    let session = try ReadOnlySession(try place.open())
    let id = [SQLStatement.Parameter("id", .integer(record.id ?? 0))]
    let rows = try session.numbers("SELECT * FROM concept_score(:id)", id)
    #expect(rows.count == 15)
    for (row, sample) in zip(rows, record.samples) {
      // Three of sixteen cells are predicted where AU12 is present, none elsewhere.
      let expected: [Double?] = [
        Double(sample.sampleID), sample.present ? 2.0 / 3 : nil, sample.present ? 3.0 / 16 : 0,
        sample.present ? 1 : 0, Double(sample.score.peak),
      ]
      #expect(row == expected)
    }
    let one = "SELECT iou FROM concept_score(:id) WHERE sample_id ="
    #expect(try session.numbers("\(one) 21", id) == [[2.0 / 3]])
    #expect(try session.numbers("\(one) '21'", id) == [[2.0 / 3]])
    for none in ["1", "30", "21.5", "NULL", "99"] {
      #expect(try session.numbers("\(one) \(none)", id).isEmpty, "\(none)")
    }
    #expect(try session.numbers("SELECT * FROM concept_score(NULL)").isEmpty)
    let joined = try session.numbers(
      """
      SELECT c.au, count(*), avg(k.present) FROM concepts c, concept_score(c.concept_id) k
      JOIN samples s USING (sample_id)
      WHERE c.model = 'net' AND c.au = 12 AND s.subject = 's5' GROUP BY c.layer
      """)
    #expect(joined == [[12, 4, 0.5], [12, 4, 0.5], [12, 4, 0.5]])
    let unknown = queryError { _ = try session.numbers("SELECT * FROM concept_score(99)") }
    #expect(unknown == QueryError(.usage, "there is no concept 99: see lethe concept list"))
    let text = queryError { _ = try session.numbers("SELECT * FROM concept_score('x')") }
    #expect(text?.description == "the argument concept_id must be an integer")
  }

  @Test("filters: the greatest weights, each channel's own set IoU, and the cosine")
  func filters() throws {
    let store = try place.open()
    let session = try ReadOnlySession(store)
    var request = ConceptRequest()
    (request.models, request.layers, request.units) = (["net", "twin"], ["place"], [12])
    let table = try session.table(try session.conceptFilters(request, count: 2, of: store))
    #expect(table["model"] == ["net", "net", "twin", "twin"].map { .text($0) })
    #expect(table["channel"].map(\.int) == [1, 2, 1, 2])
    // Channel 2 never fires; in twin neither does channel 1.
    #expect(table["filter_iou"].map(\.double) == [1, 0, 0, 0])
    #expect(table["cosine"][0] == .real(1))
    let set = try session.concepts(request, of: store)
    let a = try #require(set.record(model: "net", layer: "place", au: 12)).weights
    let b = try #require(set.record(model: "twin", layer: "place", au: 12)).weights
    #expect(b[1] == 0 && b[0] < 0 && a[0] < 0)
    // (a · b) / (|a| |b|) with b along channel 0 alone, the other way than its unit vector.
    let norm = (a[0] * a[0] + a[1] * a[1]).squareRoot()
    #expect(agree(table["cosine"][2].double, -a[0] / norm))
    #expect(table["first_weight"].map(\.double) == [a[1], a[2], a[1], a[2]])
  }

  @Test("what a removed data set or model leaves behind belongs to others")
  func removed() throws {
    _ = try fit()
    let writer = try place.open(writing: true)
    func count() throws -> Int? {
      try writer.catalogue.value("SELECT count(*) FROM concept").int
    }
    #expect(try count() == 8)
    try writer.removeModel(named: "after")
    #expect(try count() == 8)
    // Alone twin has its own layer `place`.
    try writer.removeModel(named: "twin")
    #expect(try count() == 6)
    try writer.removeDataset(named: "faces")
    #expect(try count() == 0)
    #expect(try writer.verify().isEmpty)
    try writer.close()
  }

  @Test(
    "verify finds concepts that were damaged",
    arguments: [
      ("weights = '[1,2]'", "its weights are not one a channel of its layer"),
      ("weights = 'x'", "its weights are not one a channel of its layer"),
      ("scores = x'00'", "its scores are not 32 bytes an evaluated sample"),
      ("options = '{}'", "its options name no mask grid"),
      ("key = 'gone'", "no model has its layer"),
    ])
  func damaged(change: String, problem: String) throws {
    let set = try fit()
    let id = try #require(set.record(model: "net", layer: "wide", au: 12)?.id)
    let writer = try place.open(writing: true)
    #expect(try writer.verify().isEmpty)
    try writer.catalogue.run("UPDATE concept SET \(change) WHERE id = ?", id)
    #expect(try writer.verify() == [Finding(.concepts, "concept \(id)", problem)])
    try writer.close()
  }
}
