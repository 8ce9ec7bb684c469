internal import Compute
internal import SQLite
public import Warehouse

extension ReadOnlySession {
  /// Numbers for the faithfulness of a model's heat maps, a row each.
  ///
  /// `perturbation`: patches are replaced by the mean of each channel while the probability of the
  /// explained class is watched (Samek et al. 2017), in three orders: the most relevant first, at
  /// random, the least relevant first. `aopc` is the mean of p(0) − p(k) over the steps, `area` the
  /// area under p over the share of removed patches; a heat map that says what the network uses
  /// has a greater `aopc` for the first order than for the others, and the rows with a minus tell
  /// the difference sample by sample. `randomisation`: from the logits down the layers get fresh
  /// weights, and `rank_correlation` tells how much the maps still resemble those of the network
  /// (Adebayo et al. 2018): maps that stay alike do not explain it. Means over samples, with 95 %
  /// percentile intervals of the bootstrap over subjects. Networks are run; nothing is kept.
  ///
  /// - Parameters:
  ///   - question: What is asked.
  ///   - store: The warehouse whose catalogue the session reads.
  /// - Returns: The rows, notes and statements.
  /// - Throws: `QueryError` if a name is unknown or no sample is selected, `NetworkError` if the
  ///   patches do not fit, `WarehouseError` if inputs are not stored.
  public func relevanceCheck(
    _ question: RelevanceCheckQuestion, of store: Store
  ) throws -> Answer {
    var asked = RelevanceQuestion(models: [question.model])
    asked.selection = question.selection
    asked.method = question.method
    let plan = try relevancePlan(asked)
    let items = question.drawn(plan.parts.first?.items ?? [])
    if items.contains(where: { if case .difference = $0.target { true } else { false } }) {
      throw QueryError.usage(
        "patches are removed while one class is watched: --target is true, predicted or a class, "
          + "not \(question.method.target)")
    }
    let statement = SQLStatement(
      "SELECT sample_id, subject FROM samples WHERE dataset = :dataset",
      [.init("dataset", .text(plan.datasetName))])
    var names: [Int64: String] = [:]
    try forEachRow(of: statement) { row in
      if let sample = row[0].int { names[Int64(sample)] = row[1].string }
      return true
    }
    let measures = try RelevanceCheckMeasures(
      items, question, dataset: plan.dataset, in: store, self)
    let numbers = SampleNumbers(
      subjects: items.map { names[$0.sample] ?? "" }, question)
    return Answer(
      question.hasCurves
        ? question.curves(measures, numbers) : question.table(measures, numbers),
      notes: plan.notes + [
        "\(items.count) of them are looked at, drawn by the seed \(question.seed); patches of "
          + "\(question.patch) pixels go in \(question.steps) steps"
      ], statements: [statement])
  }
}

extension RelevanceCheckQuestion {
  /// `limit` of the samples at random, in their order.
  fileprivate func drawn(_ items: [RelevancePlan.Item]) -> [RelevancePlan.Item] {
    guard items.count > limit else { return items }
    var stream = RandomStream(seed: seed, RandomStream.key("samples of a relevance check"))
    return stream.permutation(items.count).prefix(limit).sorted().map { items[$0] }
  }

  fileprivate func table(_ measures: RelevanceCheckMeasures, _ numbers: SampleNumbers) -> Table {
    var labels: [(check: String, name: String, measure: String)] = []
    var columns: [[Double?]] = []
    for (measure, value) in [
      ("aopc", \RegionPerturbation.Curve.aopc), ("area", \RegionPerturbation.Curve.area),
    ] {
      let values = measures.curves.map { $0.map { $0[keyPath: value] } }
      for (order, name) in RelevanceCheckMeasures.orders.enumerated() {
        labels.append(("perturbation", name, measure))
        columns.append(values[order])
      }
      for order in 1...2 {
        labels.append(
          ("perturbation", "relevant first - \(RelevanceCheckMeasures.orders[order])", measure))
        columns.append(zip(values[0], values[order]).map { $0 - $1 })
      }
    }
    for stage in measures.stages {
      labels.append(("randomisation", stage.layer, "rank_correlation"))
      columns.append(stage.correlations)
    }
    let cells = numbers.cells(columns)
    return Table(
      columns: ["model", "composite", "target", "check", "name", "measure"]
        + RelevanceCheckQuestion.numbers,
      rows: zip(labels, cells).map { label, cells in
        head + [.text(label.check), .text(label.name), .text(label.measure)] + cells
      })
  }

  fileprivate func curves(_ measures: RelevanceCheckMeasures, _ numbers: SampleNumbers) -> Table {
    var rows: [[Cell]] = []
    for (order, name) in RelevanceCheckMeasures.orders.enumerated() {
      let curves = measures.curves[order]
      let cells = numbers.cells(
        (0...steps).map { step in curves.map { $0.probabilities[step] } })
      for (step, cells) in cells.enumerated() {
        rows.append(head + [.text(name), Cell(step), .real(Double(step) / Double(steps))] + cells)
      }
    }
    return Table(
      columns: ["model", "composite", "target", "order", "step", "removed"]
        + RelevanceCheckQuestion.numbers, rows: rows)
  }

  private static let numbers = ["n", "subjects", "mean", "lo", "hi"]

  private var head: [Cell] { [.text(model), .text(method.composite), .text(method.target)] }
}
