import Query
import Testing

@Suite("Scores")
struct ScoreTests {
  @Test("overall scores by hand")
  func byHand() throws {
    let session = try Catalogue.tiny().session()
    let answer = try session.score(.init(models: ["emotion"]))
    let table = try session.table(answer)
    #expect(
      table.columns == [
        "model", "task", "dataset", "split", "class", "n", "metric", "value", "lo", "hi",
      ])
    #expect(
      table["metric"] == [.text("accuracy"), .text("balanced_accuracy"), .text("macro_f1")])
    #expect(table["class"] == [.null, .null, .null])
    #expect(table["n"] == [.integer(10), .integer(10), .integer(10)])
    let values = table["value"].map(\.double)
    // Happiness 4 of 5, sadness 3 of 5. F1: 8/10, 6/9, and neutral, predicted once in vain, 0.
    #expect(agree(values[0], 0.7))
    #expect(agree(values[1], 0.7))
    #expect(agree(values[2], (0.8 + 6.0 / 9 + 0) / 3))
    // Right by subject: 4 of 4, 2 of 4, 1 of 2: all of a in 1 of 27 resamples, none in 8 of 27.
    #expect(table["lo"].first == .real(0.5))
    #expect(table["hi"].first == .real(1))
    #expect(answer.notes == ["data set faces, split test: 10 samples of 3 subjects"])
  }

  @Test("by class by hand")
  func byClass() throws {
    let session = try Catalogue.tiny().session()
    var question = ScoreQuestion(models: ["emotion"])
    question.byClass = true
    let table = try session.table(try session.score(question))
    let rows = table.rows.map { row in
      "\(row[4].string ?? "") \(row[5].int ?? -1) \(row[6].string ?? "")"
    }
    #expect(
      rows == [
        "neutral 0 recall", "neutral 0 precision", "neutral 0 f1", "happiness 5 recall",
        "happiness 5 precision", "happiness 5 f1", "sadness 5 recall", "sadness 5 precision",
        "sadness 5 f1",
      ])
    let expected: [Double?] = [nil, 0, 0, 0.8, 0.8, 0.8, 0.6, 0.75, 6.0 / 9]
    for (cell, value) in zip(table["value"], expected) { #expect(agree(cell.double, value)) }
  }

  @Test("a task with two classes has an area under the curve of its positive class")
  func area() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    let session = try catalogue.session()
    let table = try session.table(try session.score(.init(models: ["pain-b1"])))
    let row = try #require(table.rows.last)
    // Pain 0.75 0.25 against 0.25 0.125: three pairs won, one tied.
    #expect(
      Array(row[0..<8]) == [
        .text("pain-b1"), .text("pain"), .text("pains"), .text("val"), .text("pain"), .integer(4),
        .text("auc"), .real(0.875),
      ])
    // Of the four resamples of two subjects one is all p (area 1), one all q (1), two are both.
    #expect(row[8] == .real(0.875))
    #expect(row[9] == .real(1))
    var question = ScoreQuestion(models: ["pain-b1"])
    question.positive = "no_pain"
    #expect(try session.table(try session.score(question)).rows.last?[7] == .real(0.875))
    question.positive = "hurt"
    #expect(queryError { _ = try session.score(question) }?.exitCode == 2)
  }

  @Test("all models of all tasks, each over the data set of its task")
  func everything() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    let session = try catalogue.session()
    let table = try session.table(try session.score(.init()))
    #expect(table.rows.count == 3 * 3 + 4)
    #expect(Set(table["dataset"]) == [.text("faces"), .text("pains")])
    #expect(
      Set(table["value"].map { $0.isNull }) == [false])
  }

  @Test("models without predictions are named, and nothing at all is nothing found")
  func missing() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addModel(9, "new", task: "emotion", classes: ["happiness", "sadness"])
    let session = try catalogue.session()
    let answer = try session.score(.init(models: ["emotion", "new"]))
    #expect(answer.notes.last == "new has no labelled predictions over data set faces, split test")
    let error = queryError { _ = try session.score(.init(models: ["new"])) }
    #expect(error?.exitCode == 3)
    let empty = try Catalogue().session()
    #expect(queryError { _ = try empty.score(.init()) }?.exitCode == 3)
  }
}
