import Query
import SQLite
import Testing

@Suite("Choice of data set and split")
struct SelectionTests {
  private func chosen(_ catalogue: Catalogue, _ selection: Selection = Selection()) throws -> [Cell]
  {
    let session = try catalogue.session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection = selection
    let row = try session.table(try session.flips(question)).rows[0]
    return Array(row[3...5])
  }

  @Test("test comes first, then val, then the asker must say")
  func splits() throws {
    let catalogue = try Catalogue.tiny()
    #expect(try chosen(catalogue) == [.text("faces"), .text("test"), .integer(10)])
    try catalogue.connection.run("DELETE FROM label WHERE sample <= 10")
    #expect(try chosen(catalogue) == [.text("faces"), .text("val"), .integer(1)])
    try catalogue.connection.run("DELETE FROM label WHERE sample = 12")
    let error = queryError { _ = try chosen(catalogue) }
    #expect(error?.exitCode == 2)
    #expect(error?.description.contains("--split train") == true)
    #expect(
      try chosen(catalogue, Selection(split: .train)) == [
        .text("faces"), .text("train"), .integer(1),
      ])
  }

  @Test("of several labelled data sets the one that was trained on, else the asker must say")
  func datasets() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addDataset(2, "others")
    try catalogue.addSample(31, dataset: 2, subject: "z", labels: ["emotion": "sadness"])
    for model in 1...3 { try catalogue.addPrediction(model, 31, "sadness", [0, 0, 1]) }
    let error = queryError { _ = try chosen(catalogue) }
    #expect(error?.exitCode == 2)
    #expect(error?.description.hasSuffix("choose one with --dataset faces | others") == true)
    #expect(
      try chosen(catalogue, Selection(dataset: "others")) == [
        .text("others"), .text("test"), .integer(1),
      ])
    try catalogue.connection.run(
      """
      INSERT INTO run (kind, model, dataset, state, started)
      VALUES ('train', 'emotion', 'others', 'done', '')
      """)
    #expect(try chosen(catalogue) == [.text("others"), .text("test"), .integer(1)])
  }
}
