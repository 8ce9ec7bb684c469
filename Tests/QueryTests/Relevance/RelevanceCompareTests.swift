import Query
import SQLite
import Testing
import Warehouse

@Suite("Where the relevance went") struct RelevanceCompareTests {
  /// The tiny catalogue with masses of AU12: before 0.5, after 0.5 − 0.1·(number of the sample).
  private func catalogue() throws -> Catalogue {
    let catalogue = try Catalogue()
    try catalogue.addDataset(1, "faces")
    for (id, name) in [(1, "before"), (2, "after")] {
      try catalogue.addModel(id, name, task: "emotion", classes: ["joy", "none"])
      try catalogue.connection.run(
        "INSERT INTO relevance_run VALUES (?, ?, 1, 'epsilon-plus-flat', 'keep', 'true', 'k')", id,
        id)
    }
    for sample in 1...4 {
      try catalogue.addSample(
        sample, subject: sample < 3 ? "a" : "b", labels: ["emotion": "joy"], coded: [12], aus: [12])
      try catalogue.addPrediction(1, sample, "joy", [0.9, 0.1])
      try catalogue.addPrediction(2, sample, sample == 4 ? "joy" : "none", [0.4, 0.6])
      for model in 1...2 {
        let mass = model == 1 ? 0.5 : 0.5 - 0.1 * Double(sample)
        try catalogue.connection.run(
          "INSERT INTO relevance_au VALUES (?, ?, 12, ?, ?, 0.25, ?)", model, sample, mass,
          mass * 4, model == 1 ? 1 : 0)
      }
    }
    return catalogue
  }

  @Test("mass by action unit and outcome, by hand")
  func byHand() throws {
    let session = try catalogue().session()
    let table = try session.table(
      session.relevanceChanges(.init(before: "before", after: "after")))
    #expect(table["outcome"].map(\.string) == ["forgotten", "retained"])
    #expect(table["n"].map(\.int) == [3, 1] && table["subjects"].map(\.int) == [2, 1])
    #expect(agree(table["mass_before"][0].double, 0.5))
    #expect(agree(table["delta_mass"][0].double, -0.2))
    #expect(agree(table["delta_area_mass"][0].double, -0.8))
    // Subject a loses 0.1 and 0.2, subject b 0.3: resamples of one alone are the ends.
    #expect(agree(table["lo"][0].double, -0.3) && agree(table["hi"][0].double, -0.15))
    // Sums −0.3 and −0.3: two of four sign patterns are as extreme.
    #expect(table["p"][0].double == 0.5 && table["p_holm"][0].double == 0.5)
    #expect(table["p"][1].isNull && table["lo"][1].isNull)
    #expect(table["delta_rank"][0].double == 0 && table["delta_hit"][0].double == -1)
  }

  @Test("without relevance the command that computes it is named")
  func missing() throws {
    var question = RelevanceCompareQuestion(before: "before", after: "after")
    question.method = .init(composite: "epsilon-gamma-box", bias: "keep", target: "true")
    let error = queryError { _ = try catalogue().session().relevanceChanges(question) }
    #expect(error?.description.contains("lethe relevance run --model before,after") == true)
  }
}
