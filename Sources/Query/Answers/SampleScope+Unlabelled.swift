extension SampleScope {
  /// Decides what the asker left open, for answers that need no labels.
  ///
  /// The data set is chosen as for answers that do; the split is `test` if the data set has one,
  /// else `val`.
  init(
    unlabelled selection: Selection, task: String, models: [String], in session: ReadOnlySession
  ) throws {
    filter = try selection.filter.map { try SampleFilter($0, in: session) }
    let all = try session.names("SELECT dataset FROM datasets ORDER BY 1")
    dataset =
      if selection.dataset == nil, all.count == 1 {
        all[0]
      } else {
        try SampleScope.dataset(selection.dataset, task: task, models: models, in: session)
      }
    split = try selection.split ?? SampleScope.split(of: dataset, in: session)
  }

  private static func split(of dataset: String, in session: ReadOnlySession) throws -> SplitChoice {
    let splits = try session.names(
      "SELECT DISTINCT split FROM samples WHERE dataset = :dataset",
      .init("dataset", .text(dataset)))
    if splits.contains("test") { return .test }
    if splits.contains("val") { return .val }
    throw QueryError.usage(
      "the data set \(dataset) has neither a test nor a val split: say --split train or --split all"
    )
  }
}
