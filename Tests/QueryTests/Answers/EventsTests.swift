import Query
import SQLite
import Testing

@Suite("Forgetting events along the ladder")
struct EventsTests {
  /// Five pictures of two people through four rungs; `stray` is no rung of this ladder.
  private func ladder() throws -> Catalogue {
    let catalogue = try Catalogue()
    try catalogue.addDataset(1, "faces")
    let rungs: [(name: String, parent: String?, rung: String?, moved: Int)] = [
      ("emotion", nil, "emotion", 9), ("pain-fc", "emotion", "pain-fc", 3),
      ("back-fc", "pain-fc", "back-fc", 3), ("back-b5", "emotion", "back-b5", 2),
      ("back-b1", "emotion", "back-b1", 0), ("stray", "emotion", "other-b4", 1),
      ("foreign", nil, "back-b4", 1),
    ]
    for (id, rung) in rungs.enumerated() {
      let task = rung.name == "pain-fc" ? "pain" : "emotion"
      try catalogue.addModel(id + 1, rung.name, task: task, classes: ["joy", "none"])
      try catalogue.connection.run(
        "UPDATE model SET parent = ?, rung = ? WHERE id = ?", rung.parent, rung.rung, id + 1)
      for layer in 0..<4 {
        try catalogue.connection.run(
          "INSERT INTO layer VALUES (?, ?, ?, 'dense', 1, 1, 1, ?)", id + 1, layer, "l\(layer)",
          layer < rung.moved ? "shared\(layer)" : "own\(id)-\(layer)")
      }
    }
    // emotion, back-fc, back-b5, back-b1: right or wrong.
    let right: [(person: String, right: [Bool?])] = [
      ("a", [true, true, true, true]), ("a", [true, false, true, false]),
      ("a", [false, true, true, false]), ("b", [false, false, false, true]),
      ("b", [true, true, false, false]), ("b", [true, nil, true, true]),
    ]
    for (index, sample) in right.enumerated() {
      try catalogue.addSample(index + 1, subject: sample.person, labels: ["emotion": "joy"])
      for (model, isRight) in zip([1, 3, 4, 5], sample.right) {
        guard let isRight else { continue }
        try catalogue.addPrediction(
          model, index + 1, isRight ? "joy" : "none", isRight ? [0.9, 0.1] : [0.1, 0.9])
      }
    }
    return catalogue
  }

  @Test("by rung, by hand")
  func rungs() throws {
    let session = try ladder().session()
    let answer = try session.events(.init(before: "emotion", after: "back-b1"))
    let table = try session.table(answer)
    #expect(table["variant"].map(\.string) == ["emotion", "back-fc", "back-b5", "back-b1"])
    #expect(table["n"].map(\.int) == [5, 5, 5, 5])
    for (found, expected) in zip(table["accuracy"], [0.6, 0.6, 0.6, 0.4]) {
      #expect(agree(found.double, expected))
    }
    #expect(table["forgotten"].map(\.int) == [0, 1, 1, 2])
    #expect(table["gained"].map(\.int) == [0, 1, 1, 1])
    #expect(table["ever_forgotten"].map(\.int) == [0, 1, 2, 3])
    #expect(table["forgetting"][0].isNull && table["backward_transfer"][0].isNull)
    #expect(agree(table["forgetting"][3].double, 0.2))
    #expect(agree(table["backward_transfer"][3].double, -0.2))
    // By person: a −1 of 3, b 0 of 2. A resample of a alone gives −1/3, of b alone 0.
    #expect(agree(table["lo"][3].double, -1.0 / 3) && agree(table["hi"][3].double, 0))
    #expect(answer.notes.contains("the ladder: emotion → back-fc → back-b5 → back-b1"))
    #expect(answer.notes.contains { $0.hasPrefix("1 samples are left out") })
  }

  @Test("by sample, those forgotten most often first")
  func samples() throws {
    let session = try ladder().session()
    var question = EventsQuestion(before: "emotion", after: "back-b1")
    question.rows = .sample
    #expect(
      try csv(session.events(question), in: session) == [
        "sample_id,path,dataset,split,subject,label,events,first_forgotten_by,right",
        "2,pictures/2.png,faces,test,a,joy,2,back-fc,1010",
        "3,pictures/3.png,faces,test,a,joy,1,back-b1,0110",
        "5,pictures/5.png,faces,test,b,joy,1,back-b5,1100",
      ])
  }

  @Test("a ladder ends at the variant asked for; one that is no rung stands alone")
  func ends() throws {
    let session = try ladder().session()
    let middle = try session.table(session.events(.init(before: "emotion", after: "back-b5")))
    #expect(middle["variant"].map(\.string) == ["emotion", "back-fc", "back-b5"])
    #expect(
      queryError { _ = try session.events(.init(before: "emotion", after: "stray")) }?.description
        .contains("emotion, stray") == true)
    #expect(
      queryError { _ = try session.events(.init(before: "emotion", after: "pain-fc")) } != nil)
  }

  @Test("classes by hand: recall, its change, and a label that the model does not know")
  func classes() throws {
    let catalogue = try ladder()
    try catalogue.addSample(9, subject: "b", labels: ["emotion": "rage"])
    for model in [1, 5] { try catalogue.addPrediction(model, 9, "none", [0.4, 0.6]) }
    let session = try catalogue.session()
    let table = try session.table(session.classChanges(.init(before: "emotion", after: "back-b1")))
    #expect(table["class"].map(\.string) == ["joy", "rage"])
    #expect(table["n"].map(\.int) == [6, 1] && table["subjects"].map(\.int) == [2, 1])
    #expect(agree(table["recall_before"][0].double, 4.0 / 6))
    #expect(agree(table["recall_after"][0].double, 3.0 / 6))
    #expect(agree(table["delta"][0].double, -1.0 / 6))
    #expect(table["forgotten"].map(\.int) == [2, 0] && table["gained"].map(\.int) == [1, 0])
    // a: −1 of 3, b: 0 of 3; one person alone can change sign: p = 1. rage: nothing changed.
    #expect(table["p"].map(\.double) == [1, 1] && table["p_holm"].map(\.double) == [1, 1])
    #expect(agree(table["lo"][0].double, -1.0 / 3) && agree(table["hi"][0].double, 0))
    #expect(table["lo"][1].isNull)
  }
}
