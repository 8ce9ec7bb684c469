import Ingest
import Query
import Warehouse

/// Does any fine-tune forget? The ladder's full fine-tune on pain beside one, equal in everything
/// else, on the sex of the same faces.
struct TaskStudy {
  let warehouse: StudyWarehouse
  let size: KnownAnswerSize
  let layers: [String]

  static let (pain, sex, emotionAfterSex) = ("pain-b1", "sex-b1", "emotion-after-sex-b1")

  func run() throws -> [StudyTable] {
    try train()
    return try warehouse.ask { session, store in
      let (head, afterPain) = ("emotion-after-pain-fc", "emotion-after-pain-b1")
      let pairs: [(String, String?)] = [
        (head, nil), (afterPain, head), (Self.emotionAfterSex, head),
        (Self.emotionAfterSex, afterPain),
      ]
      let flips = try pairs.map { try flipRow($0.0, minus: $0.1, in: session) }
      let compared = try [head, Self.pain, Self.sex].map { after in
        try warehouse.compare(
          "emotion", after, layers: layers, control: after == Self.pain ? Self.sex : nil,
          in: session, of: store)
      }
      let concepts = zip([head, Self.pain, Self.sex], compared).flatMap(conceptRows)
      return [
        StudyTable(
          name: "known-tasks-flips",
          title: "Emotions after a fine-tune on pain and after one on sex",
          table: ResultRow.table(flips)),
        StudyTable(
          name: "known-tasks-concepts",
          title: "Action units after a fine-tune on pain and after one on sex",
          table: ResultRow.table(concepts)),
        StudyTable(
          name: "known-tasks-units",
          title: "The same, action unit by action unit, in \(layers.last ?? "")",
          table: ResultRow.table(unitRows(compared[1], compared[2]))),
        StudyTable(
          name: "known-tasks-contrast",
          title: "Action units of pain against those of emotion alone",
          table: ResultRow.table(
            try [Self.pain, Self.sex].flatMap { try contrastRows($0, session, store) })),
      ]
    }
  }

  private func train() throws {
    let ladder = size.ladder(threads: warehouse.threads)
    let steps = [
      TrainingRequest(
        name: Self.sex, task: "sex", dataset: "pain", parent: "emotion", trainableFrom: "conv1_1",
        recipe: ladder.pain, seed: ladder.seed, threads: warehouse.threads),
      TrainingRequest(
        name: Self.emotionAfterSex, task: "emotion", dataset: "emotion", parent: Self.sex,
        trainableFrom: Rung.firstDense, recipe: ladder.head, seed: ladder.seed,
        threads: warehouse.threads),
    ]
    try warehouse.write { store in
      for step in steps {
        try TrainingRun(step, store: store, monitor: warehouse.monitor).run()
      }
      try warehouse.ingest(
        steps.map(\.name), over: ["emotion"], layers: layers, to: store)
      // How well it learnt is asked where it was trained.
      try warehouse.ingest([Self.sex], over: ["pain"], layers: layers, to: store)
    }
  }

  private func flipRow(_ after: String, minus control: String?, in session: ReadOnlySession) throws
    -> ResultRow
  {
    let flips = try warehouse.flips("emotion", after, control: control, in: session)
    let number = { (column: String) in flips[column].first?.double }
    var row = ResultRow()
    row.add("after", .text(after))
    row.add("fine_tune_accuracy", try fineTuneAccuracy(after, session))
    row.add("n", flips["n"].first ?? .null)
    row.add("nfr", number("nfr"))
    row.add("nfr_lo", number("nfr_lo"))
    row.add("nfr_hi", number("nfr_hi"))
    row.add("pfr", number("pfr"))
    row.add("p_permutation", number("p_permutation"))
    row.add("control", Cell(control))
    row.add("nfr_minus_control", number("nfr_minus_control"))
    row.add("nfr_minus_control_lo", number("nfr_minus_control_lo"))
    row.add("nfr_minus_control_hi", number("nfr_minus_control_hi"))
    row.add("p_minus_control", number("p_minus_control"))
    return row
  }

  /// The accuracy of the fine-tune that a model came from, on its own task.
  private func fineTuneAccuracy(_ after: String, _ session: ReadOnlySession) throws -> Double? {
    let fineTune = after.replacing("emotion-after-", with: "")
    return try session.table(
      SQLStatement(
        """
        SELECT avg(correct) FROM predictions
        WHERE model = '\(fineTune)' AND dataset = 'pain' AND split = 'test'
        """)
    ).rows.first?.first?.double
  }

  private func conceptRows(_ after: String, _ changes: [ConceptChange]) -> [ResultRow] {
    layers.map { layer in
      let here = changes.filter { $0.layer == layer }
      let areas = here.filter { $0.measure == "presence_auc" }
      var row = ResultRow()
      row.add("after", .text(after))
      row.add("layer", .text(layer))
      // Nothing is asked of a layer that both share.
      let found = areas.compactMap(\.found)
      row.add("found_before", found.isEmpty ? .null : Cell(found.count { $0 == "concept" }))
      row.add("mean_delta_auc", areas.compactMap(\.delta).mean)
      row.add(
        "mean_delta_set_iou",
        here.filter { $0.measure == "set_iou" }.compactMap(\.delta).mean)
      for verdict in ["forgotten", "kept", "gained", "undecided"] {
        row.add(verdict, Cell(here.count(verdict)))
      }
      return row
    }
  }

  /// Each action unit in the last of the layers: the change to pain, to sex, and their difference.
  private func unitRows(_ pain: [ConceptChange], _ sex: [ConceptChange]) -> [ResultRow] {
    let areas = { (changes: [ConceptChange]) in
      changes.filter { $0.layer == layers.last && $0.measure == "presence_auc" }
    }
    return areas(pain).map { change in
      let other = areas(sex).of(change.au, "presence_auc")
      var row = ResultRow()
      row.add("au", .text("AU\(change.au)"))
      row.add("found_before", Cell(change.found))
      row.add("auc_before", change.before)
      row.add("pain_delta", change.delta)
      row.add("pain_delta_lo", change.low)
      row.add("pain_delta_hi", change.high)
      row.add("pain_verdict", Cell(change.verdict))
      row.add("sex_delta", other?.delta)
      row.add("sex_delta_lo", other?.low)
      row.add("sex_delta_hi", other?.high)
      row.add("sex_verdict", Cell(other?.verdict))
      row.add("pain_minus_sex", change.minusControl)
      row.add("pain_minus_sex_lo", change.minusControlLow)
      row.add("pain_minus_sex_hi", change.minusControlHigh)
      return row
    }
  }

  private func contrastRows(_ after: String, _ session: ReadOnlySession, _ store: Store) throws
    -> [ResultRow]
  {
    let table = try warehouse.contrast("emotion", after, layers: layers, in: session, of: store)
    let place = Dictionary(
      table.columns.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return table.rows.map { cells in
      let cell = { (column: String) in place[column].map { cells[$0] } ?? .null }
      var row = ResultRow()
      row.add("after", .text(after))
      row.add("layer", cell("layer"))
      row.add("measure", cell("measure"))
      row.add("delta_pain_units", cell("delta_pain").double)
      row.add("delta_emotion_units", cell("delta_emotion").double)
      row.add("contrast", cell("contrast").double)
      row.add("contrast_lo", cell("lo").double)
      row.add("contrast_hi", cell("hi").double)
      row.add("p", cell("p").double)
      row.add("p_holm", cell("p_holm").double)
      return row
    }
  }
}
