import Compute
import Testing
import Warehouse

@testable import Query

@Suite("Concepts before and after, from a warehouse")
struct CompareStoreTests {
  let place: ConceptStore
  let store: Store
  let session: ReadOnlySession

  init() throws {
    place = try ConceptStore()
    store = try place.open()
    session = try ReadOnlySession(store)
  }

  private func ask(
    _ before: String = "net", _ after: String = "twin",
    _ change: (inout CompareQuestion) -> Void = { $0.units = [12] }
  ) throws -> (table: Table, answer: Answer) {
    var question = CompareQuestion(before: before, after: after)
    question.resamples = 100
    change(&question)
    let answer = try session.conceptComparison(question, of: store)
    return (try session.table(answer), answer)
  }

  @Test("a shared layer is kept; the one whose unit died found the place alone")
  func comparison() throws {
    let (table, answer) = try ask()
    #expect(table.columns == CompareAnswer.columns)
    #expect(table["layer"].map(\.string) == ["exact", "exact", "exact", "place", "place", "place"])
    #expect(table["dataset"][0] == .text("faces") && table["split"][0] == .text("test"))
    #expect(table["delta"].prefix(3) == [.real(0), .real(0), .real(0)])
    #expect(table["verdict"].prefix(3) == [.text("kept"), .text("kept"), .text("kept")])
    #expect(table["value_before"].prefix(3) == [.real(1), .real(1), .real(1)])
    // 8 pictures with AU12, 7 without: 16/16, 16/30, all peaks alike; after, nothing is predicted.
    #expect(table["n"].suffix(3) == [Cell(8), Cell(15), Cell(15)])
    #expect(table["subjects"].suffix(3) == [Cell(4), Cell(4), Cell(4)])
    #expect(table["value_before"].suffix(3) == [.real(1), .real(16.0 / 30), .real(0.5)])
    #expect(table["value_after"].suffix(3) == [.real(0), .real(0), .real(0.5)])
    #expect(table["found_before"].suffix(3) == Array(repeating: .text("place"), count: 3)[...])
    #expect(table["region_before"][3] == .real(1))
    #expect(
      table["verdict"].suffix(3) == [.text("undecided"), .text("undecided"), .text("kept")])
    #expect(table["concept_verdict"][5] == .text("undecided"))
    #expect(answer.notes[0] == "data set faces, split test: 15 samples of 4 subjects")
    #expect(answer.notes.contains { $0.contains("1 of them found the place before") })
    #expect(answer.notes.contains { $0.contains("lethe concept fit --au 12 --layer exact,place") })
    #expect(answer.statements.count >= 4)
    for statement in answer.statements { _ = try session.table(statement) }
  }

  @Test("values are those of the concepts themselves")
  func values() throws {
    var request = ConceptRequest()
    (request.models, request.layers, request.units) = (["net", "twin"], ["place"], [12])
    let set = try session.concepts(request, of: store)
    let table = try ask { ($0.layers, $0.units) = (["place"], [12]) }.table
    for (column, model) in [("value_before", "net"), ("value_after", "twin")] {
      let record = try #require(set.record(model: model, layer: "place", au: 12))
      #expect(
        table[column].map(\.double) == [record.setIoU, record.setIoUAll, record.presenceAUC])
    }
  }

  @Test("an action unit that could not be fitted has empty rows and a note")
  func unfitted() throws {
    let (table, answer) = try ask { $0.layers = ["place"] }
    #expect(table["au"].compactMap(\.int) == [6, 6, 6, 12, 12, 12])
    #expect(table["value_before"][0] == .null && table["p"][0] == .null)
    #expect(table["verdict"][0] == .text("undecided"))
    #expect(answer.notes.contains("no train sample has a mask of AU6"))
  }

  @Test("a control that is named, and a filter over samples")
  func control() throws {
    let table = try ask {
      ($0.layers, $0.units, $0.control) = (["place"], [12], "after")
      $0.selection.filter = "subject <> 's5'"
    }.table
    #expect(table["control"][0] == .text("after"))
    #expect(table["delta_control"].map(\.double) == [0, 0, 0])
    #expect(table["delta_minus_control"] == table["delta"])
    #expect(table["n"][0] == Cell(6) && table["subjects"][0] == Cell(3))
  }

  @Test("what is wrong is said, with near names")
  func mistakes() throws {
    func message(_ before: String, _ after: String, _ change: (inout CompareQuestion) -> Void)
      -> String
    {
      queryError { _ = try ask(before, after, change) }?.description ?? ""
    }
    #expect(message("nett", "twin") { _ in }.contains("did you mean net"))
    #expect(message("net", "twin") { $0.layers = ["exakt"] }.contains("did you mean exact"))
    #expect(message("net", "twin") { $0.layers = ["bare"] }.contains("lethe ingest"))
    #expect(message("net", "twin") { $0.units = [17] }.contains("AU17"))
    #expect(message("net", "twin") { $0.selection.dataset = "face" }.contains("did you mean faces"))
    #expect(message("net", "twin") { $0.selection.split = .all }.contains("one split"))
    #expect(message("net", "twin") { $0.selection.filter = "nope = 1" }.contains("--where"))
    #expect(message("net", "twin") { $0.control = "aftr" }.contains("did you mean after"))
    #expect(
      queryError { _ = try ask { $0.units = [6] } }?.kind == .nothingFound)
    #expect(
      queryError { _ = try ask { $0.selection.filter = "subject = 'nobody'" } }?.kind
        == .nothingFound)
  }
}
