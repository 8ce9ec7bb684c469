import Compute
import Query
import Testing

/// The answers against loops over plain copies of the rows.
@Suite("Answers against a slow reference")
struct ReferenceTests {
  @Test("flips", arguments: 0..<10)
  func flips(seed: Int) throws {
    let random = try RandomCatalogue(seed: seed)
    let session = try random.catalogue.session()
    var question = FlipsQuestion(before: "before", after: "after")
    question.selection = Selection(dataset: "second", split: .test)
    question.seed = 5
    let table = try session.table(try session.flips(question))
    let chosen = random.chosen(dataset: 2, split: "test")
    func count(_ before: Bool, _ after: Bool) -> Int {
      chosen.count {
        ($0.predicted[0] == $0.label) == before && ($0.predicted[1] == $0.label) == after
      }
    }
    let n = Double(chosen.count)
    let (retained, forgotten) = (count(true, true), count(true, false))
    let (gained, missed) = (count(false, true), count(false, false))
    #expect(
      ["n", "retained", "forgotten", "gained", "missed"].map { table[$0].first?.int }
        == [chosen.count, retained, forgotten, gained, missed])
    let changed = chosen.count { $0.predicted[0] != $0.predicted[1] }
    #expect(agree(table["churn"].first?.double, Double(changed) / n))
    #expect(agree(table["nfr"].first?.double, Double(forgotten) / n))
    let chance = Double(retained + forgotten) / n * (1 - Double(retained + gained) / n)
    #expect(agree(table["nfr_chance"].first?.double, chance))
    #expect(table["mcnemar_midp"].first?.double == McNemar.midP(forgotten, gained))
    // p: every sign pattern of the subjects' differences, counted.
    let subjects = Set(chosen.map(\.subject)).sorted()
    let differences = subjects.map { subject in
      chosen.filter { $0.subject == subject }.reduce(0) { sum, sample in
        sum + (sample.predicted[0] == sample.label ? 1 : 0)
          - (sample.predicted[1] == sample.label ? 1 : 0)
      }
    }
    let patterns = 1 << differences.count
    let extreme = (0..<patterns).count { pattern in
      let sum = differences.indices.reduce(0) {
        $0 + (pattern >> $1 & 1 == 0 ? differences[$1] : -differences[$1])
      }
      return abs(sum) >= abs(differences.reduce(0, +))
    }
    #expect(agree(table["p_permutation"].first?.double, Double(extreme) / Double(patterns)))
    let interval = SubjectBootstrap(seed: 5).interval(
      ratioOf: subjects.map { subject in
        chosen.count {
          $0.subject == subject && $0.predicted[0] == $0.label && $0.predicted[1] != $0.label
        }
      }, to: subjects.map { subject in chosen.count { $0.subject == subject } })
    #expect(table["nfr_lo"].first?.double == interval?.low)
    #expect(table["nfr_hi"].first?.double == interval?.high)
  }

  @Test("flips count what the view transitions counts", arguments: 0..<5)
  func transitions(seed: Int) throws {
    let session = try RandomCatalogue(seed: seed).catalogue.session()
    var question = FlipsQuestion(before: "before", after: "control")
    question.selection = Selection(dataset: "first", split: .val)
    let table = try session.table(try session.flips(question))
    let counted = try session.table(
      SQLStatement(
        """
        SELECT outcome, count(*) FROM transitions
        WHERE before = 'before' AND after = 'control' AND dataset = 'first' AND split = 'val'
        GROUP BY 1
        """))
    for row in counted.rows { #expect(table[row[0].string ?? ""] == [row[1]]) }
    #expect(counted.rows.reduce(0) { $0 + ($1[1].int ?? 0) } == table["n"].first?.int)
  }

  @Test("action units", arguments: 0..<10, [nil, 2.0])
  func actionUnits(seed: Int, least: Double?) throws {
    let random = try RandomCatalogue(seed: seed)
    let session = try random.catalogue.session()
    var question = AUQuestion(before: "before", after: "after")
    question.selection = Selection(dataset: "first", split: .test)
    question.minimumIntensity = least
    let table = try session.table(try session.actionUnits(question))
    let known = random.chosen(dataset: 1, split: "test").filter { $0.predicted[0] == $0.label }
    var pValues: [Double?] = []
    for (place, au) in RandomCatalogue.units.enumerated() {
      var strata: [String: CountTable] = [:]
      var unknown = 0
      for sample in known {
        guard sample.coded?.contains(au) == true else {
          unknown += 1
          continue
        }
        var isPresent = false
        if let intensity = sample.present[au] {
          if let least {
            guard let intensity else {
              unknown += 1
              continue
            }
            isPresent = intensity >= least
          } else {
            isPresent = true
          }
        }
        var cell = strata[sample.label ?? ""] ?? CountTable()
        switch (sample.predicted[1] != sample.label, isPresent) {
        case (true, true): cell.casesWith += 1
        case (true, false): cell.casesWithout += 1
        case (false, true): cell.controlsWith += 1
        case (false, false): cell.controlsWithout += 1
        }
        strata[sample.label ?? ""] = cell
      }
      let all = strata.values.reduce(into: CountTable()) { $0 += $1 }
      let analysis = MantelHaenszel(strata.sorted { $0.key < $1.key }.map(\.value))
      pValues.append(analysis.pValue)
      let row = table.rows[place]
      #expect(row[0...3].map(\.int) == [au, all.cases, all.controls, unknown])
      let expected = [
        all.cases > 0 ? Double(all.casesWith) / Double(all.cases) : nil,
        all.controls > 0 ? Double(all.controlsWith) / Double(all.controls) : nil,
        all.oddsRatio, analysis.oddsRatio, analysis.interval?.low, analysis.interval?.high,
        analysis.pValue,
      ]
      for (cell, value) in zip(row[4...], expected) { #expect(agree(cell.double, value)) }
    }
    #expect(table.rows.count == RandomCatalogue.units.count)
    for (cell, value) in zip(table["p_holm"], Holm.adjust(pValues)) {
      #expect(agree(cell.double, value))
    }
  }

  @Test("scores", arguments: 0..<5)
  func scores(seed: Int) throws {
    let random = try RandomCatalogue(seed: seed)
    let session = try random.catalogue.session()
    var question = ScoreQuestion(models: ["after"])
    question.selection = Selection(dataset: "first", split: .test)
    let overall = try session.table(try session.score(question))
    question.byClass = true
    let byClass = try session.table(try session.score(question))
    let chosen = random.chosen(dataset: 1, split: "test")
    let right = chosen.count { $0.predicted[1] == $0.label }
    #expect(agree(overall["value"][0].double, Double(right) / Double(chosen.count)))
    var recalls: [Double] = []
    for (place, name) in RandomCatalogue.classes.enumerated() {
      let support = chosen.count { $0.label == name }
      let predicted = chosen.count { $0.predicted[1] == name }
      let both = chosen.count { $0.label == name && $0.predicted[1] == name }
      recalls.append(Double(both) / Double(support))
      let values = byClass["value"][(place * 3)..<(place * 3 + 3)].map(\.double)
      #expect(agree(values[0], Double(both) / Double(support)))
      #expect(agree(values[1], Double(both) / Double(predicted)))
      #expect(agree(values[2], 2 * Double(both) / Double(support + predicted)))
      #expect(byClass["n"][place * 3].int == support)
    }
    #expect(agree(overall["value"][1].double, recalls.reduce(0, +) / 4))
    // The value lies in its interval, and the interval is not a point.
    for row in overall.rows {
      let (value, low, high) = (row[7].double ?? -1, row[8].double ?? 2, row[9].double ?? -2)
      #expect(low < value && value < high)
    }
  }

  @Test("the statements of an answer, as they are shown, give the rows it used")
  func shownStatements() throws {
    let session = try RandomCatalogue(seed: 3).catalogue.session()
    var flips = FlipsQuestion(before: "before", after: "after")
    flips.selection = Selection(dataset: "first", split: .test, filter: "subject <> 'it''s'")
    flips.control = "control"
    var forgotten = ForgottenQuestion(before: "before", after: "after")
    forgotten.selection = flips.selection
    var units = AUQuestion(before: "before", after: "after")
    units.selection = flips.selection
    units.minimumIntensity = 2.5
    var score = ScoreQuestion(models: ["before", "after"])
    score.selection = flips.selection
    let answers = [
      try session.flips(flips), try session.forgotten(forgotten), try session.actionUnits(units),
      try session.score(score), try session.datasetSheet("first"), try session.modelSheet("after"),
    ]
    for statement in answers.flatMap(\.statements) {
      // As a reader would: the text up to the comments, and each comment's parameter.
      let lines = statement.description.split(separator: "\n", omittingEmptySubsequences: false)
      let start = lines.firstIndex { $0.hasPrefix("-- -p ") } ?? lines.endIndex
      let parameters = try lines[start...].map { line in
        try ParameterText.parse(unquoted(String(line.dropFirst(6))))
      }
      let sql = lines[..<start].joined(separator: "\n")
      #expect(try session.table(SQLStatement(sql, parameters)) == session.table(statement))
    }
  }

  private func unquoted(_ argument: String) -> String {
    guard argument.hasPrefix("'") else { return argument }
    return String(argument.dropFirst().dropLast()).replacing("'\\''", with: "'")
  }
}
