import Ingest
import Query
import Warehouse

/// Does any fine-tune forget? The ladder's full fine-tune on pain beside one, equal in everything
/// else, on the sex of the same faces.
struct TaskStudy {
  let warehouse: StudyWarehouse
  let size: KnownAnswerSize
  let layers: [String]

  static let (sex, emotionAfterSex) = ("sex-b1", "emotion-after-sex-b1")

  func run() throws -> [StudyTable] {
    try train()
    return try warehouse.ask { session, store in
      let (head, pain) = ("emotion-after-pain-fc", "emotion-after-pain-b1")
      let pairs: [(String, String?)] = [
        (head, nil), (pain, head), (Self.emotionAfterSex, head), (Self.emotionAfterSex, pain),
      ]
      let flips = try pairs.map { try flipRow($0.0, minus: $0.1, in: session) }
      let concepts = try ["pain-b1", Self.sex].flatMap { after in
        try conceptRows(
          after,
          warehouse.compare("emotion", after, layers: layers, in: session, of: store))
      }
      return [
        StudyTable(
          name: "known-tasks-flips",
          title: "Emotions after a fine-tune on pain and after one on sex",
          table: ResultRow.table(flips)),
        StudyTable(
          name: "known-tasks-concepts",
          title: "Action units after a fine-tune on pain and after one on sex",
          table: ResultRow.table(concepts)),
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
    }
  }

  private func flipRow(_ after: String, minus control: String?, in session: ReadOnlySession) throws
    -> ResultRow
  {
    let flips = try warehouse.flips("emotion", after, control: control, in: session)
    let number = { (column: String) in flips[column].first?.double }
    var row = ResultRow()
    row.add("after", .text(after))
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

  private func conceptRows(_ after: String, _ changes: [ConceptChange]) -> [ResultRow] {
    layers.map { layer in
      let here = changes.filter { $0.layer == layer }
      let areas = here.filter { $0.measure == "presence_auc" }
      let smile = here.of(12, "presence_auc")
      var row = ResultRow()
      row.add("after", .text(after))
      row.add("layer", .text(layer))
      row.add("mean_delta_auc", areas.compactMap(\.delta).mean)
      row.add(
        "mean_delta_set_iou",
        here.filter { $0.measure == "set_iou" }.compactMap(\.delta).mean)
      row.add("forgotten", Cell(here.count("forgotten")))
      row.add("kept", Cell(here.count("kept")))
      row.add("gained", Cell(here.count("gained")))
      row.add("undecided", Cell(here.count("undecided")))
      row.add("au12_auc_before", smile?.before)
      row.add("au12_delta_auc", smile?.delta)
      row.add("au12_delta_auc_lo", smile?.low)
      row.add("au12_delta_auc_hi", smile?.high)
      row.add("au12_verdict", Cell(smile?.verdict))
      return row
    }
  }
}
