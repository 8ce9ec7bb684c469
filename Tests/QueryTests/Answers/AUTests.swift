import Query
import SQLite
import Testing

@Suite("Action units of forgotten samples")
struct AUTests {
  // Chi-square upper tails with one degree of freedom (scipy.stats.chi2.sf) of the statistics ½, 2.
  static let half = 0.4795001221869535
  static let two = 0.15729920705028513

  @Test("every figure by hand")
  func byHand() throws {
    let session = try Catalogue.tiny().session()
    let answer = try session.actionUnits(.init(before: "emotion", after: "emotion-after-pain-b1"))
    let table = try session.table(answer)
    #expect(
      table.columns == [
        "au", "n_forgotten", "n_retained", "n_unknown", "share_forgotten", "share_retained",
        "odds_ratio", "cmh_odds_ratio", "lo", "hi", "p", "p_holm",
      ])
    // Forgotten 2, 3 (happiness), 6 (sadness); retained 1 (happiness), 4, 8 (sadness); 9 not coded.
    let third = 1.0 / 3
    let expected: [[Double?]] = [
      // AU1: sadness alone has margins: 0 of 1 against 1 of 2: a − E = −1/3, V = 2/9.
      [1, 3, 3, 1, 0, third, 0, 0, nil, nil, AUTests.half, 1],
      // AU4: sadness: 1 of 1 against 0 of 2: a − E = 2/3, V = 2/9; the odds ratio is infinite.
      [4, 3, 3, 1, third, 0, nil, nil, nil, nil, AUTests.two, 5 * AUTests.two],
      // AU6: happiness: 0 of 2 against 1 of 1: a − E = −2/3, V = 2/9.
      [6, 3, 3, 1, 0, third, 0, 0, nil, nil, AUTests.two, 5 * AUTests.two],
      // AU12: happiness has no one without it and drops out; sadness: 0 of 1 against 1 of 2.
      [12, 3, 3, 1, 2 * third, 2 * third, 1, 0, nil, nil, AUTests.half, 1],
      // AU15: nobody has it: every label drops out.
      [15, 3, 3, 1, 0, 0, nil, nil, nil, nil, nil, nil],
      // AU25: happiness: 1 of 2 against 0 of 1: a − E = 1/3, V = 2/9.
      [25, 3, 3, 1, third, 0, nil, nil, nil, nil, AUTests.half, 1],
    ]
    #expect(table.rows.count == expected.count)
    for (row, values) in zip(table.rows, expected) {
      for (column, (cell, value)) in zip(table.columns, zip(row, values)) {
        #expect(agree(cell.double, value), "AU\(values[0] ?? 0) \(column)")
      }
    }
    #expect(answer.notes[0] == "data set faces, split test: 3 forgotten, 4 retained")
  }

  @Test("a least intensity leaves what was not graded unknown")
  func intensity() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.connection.run("UPDATE au SET intensity = 1 WHERE sample = 2 AND au = 12")
    try catalogue.connection.run("UPDATE au SET intensity = NULL WHERE sample = 3 AND au = 12")
    let session = try catalogue.session()
    var question = AUQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.minimumIntensity = 2
    let table = try session.table(try session.actionUnits(question))
    let row = try #require(table.rows.first { $0[0] == .integer(12) })
    // Forgotten: 2 too weak, 3 unknown, 6 absent. Unknown: 3 and 9.
    #expect(row[1] == .integer(2))
    #expect(row[3] == .integer(2))
    #expect(row[4] == .real(0))
    #expect(agree(row[5].double, 2.0 / 3))
  }

  @Test("of two sources the one that found it holds, and what was found counts as looked for")
  func sources() throws {
    let catalogue = try Catalogue.tiny()
    // Another source found AU15 on sample 9, which has no coding, and looked at sample 2 in vain.
    try catalogue.addAU(sample: 9, 15, source: "other")
    try catalogue.addCoding(sample: 2, source: "other", [12, 15])
    let session = try catalogue.session()
    let table = try session.table(
      try session.actionUnits(.init(before: "emotion", after: "emotion-after-pain-b1")))
    let au15 = try #require(table.rows.first { $0[0] == .integer(15) })
    #expect(au15[1...3] == [.integer(3), .integer(4), .integer(0)])
    #expect(au15[5] == .real(0.25))
    let au12 = try #require(table.rows.first { $0[0] == .integer(12) })
    #expect(au12[1...3] == [.integer(3), .integer(3), .integer(1)])
    #expect(agree(au12[4].double, 2.0 / 3))
  }

  @Test("columns about power come last and when they are asked for")
  func power() throws {
    let session = try Catalogue.tiny().session()
    var question = AUQuestion(before: "emotion", after: "emotion-after-pain-b1")
    question.showsPower = true
    let table = try session.table(try session.actionUnits(question))
    #expect(table.columns.suffix(3) == ["strata", "strata_dropped", "detectable_odds_ratio"])
    #expect(table.rows[3][12...13] == [.integer(1), .integer(1)])
    // exp((1.959964 + 0.841621) / √(2/9))
    let ratio = try #require(table.rows[3][14].double)
    #expect(abs(ratio - 381.0) < 1)
    #expect(table.rows[4][14].isNull)
  }

  @Test("no coded action unit is an empty table, nothing known before is nothing found")
  func empty() throws {
    let catalogue = try Catalogue.tiny()
    try catalogue.connection.execute(script: "DELETE FROM au; DELETE FROM sample_coding")
    let session = try catalogue.session()
    var question = AUQuestion(before: "emotion", after: "emotion-after-pain-b1")
    #expect(try session.table(try session.actionUnits(question)).rows.isEmpty)
    question.selection.filter = "sample_id = 10"
    #expect(queryError { _ = try session.actionUnits(question) }?.exitCode == 3)
  }
}
