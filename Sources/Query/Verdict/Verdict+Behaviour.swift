/// The points about answers: flips, classes, events, action units and the list of pictures.
extension ReadOnlySession {
  func flipsPoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    var asked = question.flips
    let (before, after) = try pair(question.before, question.after)
    asked.control = try headControl(of: before, after)
    let answer = try flips(asked)
    let table = try table(answer)
    let row = table.named[0]
    let (forgotten, gained) = (row.count("forgotten"), row.count("gained"))
    var finding = """
      Of \(Phrase.count(row.count("n"), "picture")), \(forgotten) were forgotten \
      (\(row.percent("nfr")), \(row.interval("nfr_lo", "nfr_hi", as: Phrase.percent))) and \
      \(gained) gained; independent errors would forget \(row.percent("nfr_chance")).
      """
    if row.number("p_permutation") ?? 1 < 0.05 {
      let more = forgotten > gained ? "forgotten than gained" : "gained than forgotten"
      finding += " More were \(more): \(row.p("p_permutation")) over people."
    } else {
      finding += " Their balance is within chance over people (\(row.p("p_permutation")))."
    }
    if let control = asked.control {
      finding += """
         Retraining the head alone (\(control)) forgets \(row.percent("nfr_control")): a \
        difference of \(row.points("nfr_minus_control")) (\(row.p("p_minus_control"))).
        """
    }
    return VerdictPoint(
      .flips, finding, of: answer, table: table,
      columns: [
        "n", "retained", "forgotten", "gained", "missed", "nfr", "nfr_lo", "nfr_hi", "nfr_chance",
        "p_permutation", "nfr_minus_control",
      ])
  }

  func classesPoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    let answer = try classChanges(question.flips)
    let table = try table(answer)
    let worst = table.named.min { ($0.number("delta") ?? 0) < ($1.number("delta") ?? 0) }
    var finding = "No class lost recall."
    if let worst, worst.number("delta") ?? 0 < 0 {
      finding = """
        \(worst.text("class")) lost most: \(worst.points("delta")) of recall \
        (\(worst.interval(as: Phrase.points)); \(worst.p("p_holm")) after Holm over \
        \(table.rows.count) classes).
        """
    }
    return VerdictPoint(
      .classes, finding, of: answer, table: table,
      columns: [
        "class", "n", "recall_before", "recall_after", "delta", "lo", "hi", "forgotten", "gained",
        "p_holm",
      ])
  }

  func eventsPoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    var asked = EventsQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    asked.seed = question.seed
    let answer = try events(asked)
    let table = try table(answer)
    let rungs = table.named
    let last = rungs[rungs.count - 1]
    var finding = """
      Accuracy went from \(rungs[0].value("accuracy")) to \(last.value("accuracy")) over \
      \(Phrase.count(rungs.count - 1, "rung")); \(Phrase.count(last.count("ever_forgotten"), "picture")) \
      went wrong at one of them or more.
      """
    if rungs.count > 2,
      let worst = rungs.max(by: { $0.count("forgotten") < $1.count("forgotten") })
    {
      finding += " Most at \(worst.text("variant")): \(worst.count("forgotten"))."
    }
    return VerdictPoint(
      .events, finding, of: answer, table: table,
      columns: [
        "rung", "variant", "accuracy", "forgotten", "gained", "ever_forgotten",
        "backward_transfer", "lo", "hi",
      ])
  }

  func actionUnitsPoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    var asked = AUQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    asked.showsPower = true
    let answer = try actionUnits(asked)
    let table = try table(answer)
    let sorted = table.named.filter { $0.number("p") != nil }
      .sorted { ($0.number("p") ?? 1) < ($1.number("p") ?? 1) }
    let found = sorted.filter { $0.number("p_holm") ?? 1 < 0.05 }
    func ratio(_ row: NamedRow) -> String {
      let ratio = row.number("cmh_odds_ratio").map(NumberText.brief) ?? "undefined"
      return "common odds ratio \(ratio), \(row.p("p_holm")) after Holm"
    }
    let finding: String
    if let nearest = sorted.first, found.isEmpty {
      finding = """
        No action unit is shown to be commoner or rarer among the forgotten pictures; the nearest is \
        AU\(nearest.count("au")) (\(ratio(nearest))).
        """
    } else if found.isEmpty {
      finding = "No action unit can be tested: none varies within a class that lost pictures."
    } else {
      let parts = found.map { row in
        let more = row.number("cmh_odds_ratio") ?? 1 > 1 ? "commoner" : "rarer"
        return "AU\(row.count("au")) is \(more) among the forgotten pictures (\(ratio(row)))"
      }
      finding = parts.joined(separator: "; ") + "."
    }
    return VerdictPoint(
      .aus, finding + " The test takes pictures for independent.", of: answer, table: table,
      columns: [
        "au", "n_forgotten", "n_retained", "share_forgotten", "share_retained", "cmh_odds_ratio",
        "lo", "hi", "p_holm", "detectable_odds_ratio",
      ], rows: sorted.prefix(5).map(\.cells))
  }

  func samplesPoint(_ question: VerdictQuestion) throws -> VerdictPoint {
    var asked = ForgottenQuestion(before: question.before, after: question.after)
    asked.selection = question.selection
    let answer = try forgotten(asked)
    let table = try table(answer)
    let pictures = Phrase.count(table.rows.count, "picture")
    return VerdictPoint(
      .samples,
      table.rows.isEmpty
        ? "No picture was forgotten." : "\(pictures), those that were surest before first.",
      of: answer, table: table,
      columns: [
        "sample_id", "path", "label", "confidence_before", "predicted_after", "confidence_after",
        "aus",
      ], rows: Array(table.rows.prefix(8)))
  }
}

extension VerdictQuestion {
  fileprivate var flips: FlipsQuestion {
    var flips = FlipsQuestion(before: before, after: after)
    flips.selection = selection
    flips.seed = seed
    return flips
  }
}
