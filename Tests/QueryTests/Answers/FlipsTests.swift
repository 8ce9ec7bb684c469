import Query
import Testing

@Suite("Flips")
struct FlipsTests {
  @Test("the row by hand")
  func byHand() throws {
    let session = try Catalogue.tiny().session()
    let answer = try session.flips(.init(before: "emotion", after: "emotion-after-pain-b1"))
    let lines = try csv(answer, in: session)
    #expect(
      lines[0]
        == "before,after,task,dataset,split,n,retained,forgotten,gained,missed,nfr,pfr,churn,"
        + "nfr_chance,mcnemar_midp,p_permutation,nfr_lo,nfr_hi,seed")
    // Changed answers: 2, 3, 5, 6, 7. Chance: 0.7·(1 − 0.5). Mid-p of 3 and 1: 6/16.
    // Forgotten − gained by subject: 2, 0, 0: one subject can flip, p = 1.
    // Rates by subject: 2/4, 1/4, 0/2; 1 in 27 resamples is all of a, or all of c: both ends.
    let row = try #require(try session.table(answer).rows.first)
    let names = ["emotion", "emotion-after-pain-b1", "emotion", "faces", "test"]
    #expect(row.prefix(5).map(\.string) == names)
    let numbers = [10, 4, 3, 1, 2, 0.3, 0.1, 0.5, 0.35, 0.375, 1, 0, 0.5, 1]
    for (cell, number) in zip(row.dropFirst(5), numbers) { #expect(agree(cell.double, number)) }
    #expect(lines.count == 2)
    #expect(answer.notes[0] == "data set faces, split test: 10 samples of 3 subjects")
    #expect(answer.notes[1].contains("--control emotion-after-pain-fc"))
  }

  @Test("minus the control by hand")
  func control() throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.control = "emotion-after-pain-fc"
    let table = try session.table(try session.flips(question))
    #expect(
      table.columns.suffix(7) == [
        "control", "n_common", "nfr_control", "nfr_minus_control", "nfr_minus_control_lo",
        "nfr_minus_control_hi", "p_minus_control",
      ])
    // The control forgets sample 2: by subject 2 − 1, 1 − 0, 0 − 0 of 4, 4, 2. Of the sign
    // patterns of 1 and 1 half reach the sum 2. Rates 1/4, 1/4, 0.
    #expect(
      table.rows[0].suffix(7) == [
        .text("emotion-after-pain-fc"), .integer(10), .real(0.1), .real(0.2), .real(0), .real(0.25),
        .real(0.5),
      ])
  }

  @Test("other splits and filters choose other samples")
  func selections() throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    func counts() throws -> [Int?] {
      let table = try session.table(try session.flips(question))
      return ["n", "retained", "forgotten", "gained", "missed"].map { table[$0].first?.int }
    }
    question.selection.split = .train
    #expect(try counts() == [1, 0, 1, 0, 0])
    question.selection.split = .all
    #expect(try counts() == [12, 4, 5, 1, 2])
    question.selection = Selection(filter: "subject = 'a' -- the first")
    #expect(try counts() == [4, 2, 2, 0, 0])
    question.selection.filter = "sample_id IN (SELECT sample_id FROM aus WHERE au = 12)"
    #expect(try counts() == [4, 2, 2, 0, 0])
    question.selection.filter = "subject = 'nobody'"
    #expect(queryError { _ = try counts() }?.exitCode == 3)
  }

  @Test("one subject has no interval and p = 1")
  func oneSubject() throws {
    let session = try Catalogue.tiny().session()
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection.filter = "subject = 'a'"
    let answer = try session.flips(question)
    let table = try session.table(answer)
    #expect(table["nfr_lo"] == [.null])
    #expect(table["p_permutation"] == [.real(1)])
    #expect(answer.notes[0].contains("no interval"))
  }

  @Test("unknown names and other tasks are told")
  func errors() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    let session = try catalogue.session()
    let typo = queryError {
      _ = try session.flips(.init(before: "emotoin", after: "emotion-after-pain-b1"))
    }
    #expect(typo == QueryError(.usage, "there is no model emotoin; did you mean emotion?"))
    let tasks = queryError { _ = try session.flips(.init(before: "emotion", after: "pain-b1")) }
    #expect(tasks?.exitCode == 2)
    #expect(tasks?.description.contains("pain-b1 the task pain") == true)
    var question = FlipsQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.selection.dataset = "face"
    #expect(
      queryError { _ = try session.flips(question) }
        == QueryError(.usage, "there is no data set face; did you mean faces?"))
    question.selection.dataset = "pains"
    #expect(queryError { _ = try session.flips(question) }?.exitCode == 3)
  }
}
