/// The samples that an answer is about: one data set, a split of it, and a filter.
struct SampleScope {
  let dataset: String
  let split: SplitChoice
  let filter: SampleFilter?

  /// Decides what the asker left open.
  ///
  /// The data set is the only one with labels of the task, else the one that the models were
  /// trained on; the split `test` if the data set has labels there, else `val`.
  init(_ selection: Selection, task: String, models: [String], in session: ReadOnlySession) throws {
    filter = try selection.filter.map { try SampleFilter($0, in: session) }
    dataset = try SampleScope.dataset(
      selection.dataset, task: task, models: models, in: session)
    split = try selection.split ?? SampleScope.split(of: dataset, task: task, in: session)
  }

  /// Conditions on columns of a view that has `dataset`, `split` and `sample_id`, one a line, each
  /// after AND.
  func conditions(_ alias: String = "") -> String {
    var lines = ["\n  AND \(alias)dataset = :dataset"]
    if split != .all { lines.append("\n  AND \(alias)split = :split") }
    if let filter { lines.append("\n  AND " + filter.condition(on: alias + "sample_id")) }
    return lines.joined()
  }

  /// The values of the parameters that the conditions name.
  var parameters: [SQLStatement.Parameter] {
    let dataset = SQLStatement.Parameter("dataset", .text(dataset))
    return split == .all ? [dataset] : [dataset, .init("split", .text(split.rawValue))]
  }

  /// What was chosen, in words.
  var name: String {
    "data set \(dataset), \(split == .all ? "all splits" : "split \(split.rawValue)")"
      + (filter == nil ? "" : ", filtered")
  }

  /// The name of a data set, which must be there.
  static func known(_ name: String, in session: ReadOnlySession) throws -> String {
    let all = try session.names("SELECT dataset FROM datasets ORDER BY 1")
    guard all.contains(name) else { throw Unknown.dataset(name, among: all) }
    return name
  }

  static func dataset(
    _ name: String?, task: String, models: [String], in session: ReadOnlySession
  ) throws -> String {
    if let name { return try known(name, in: session) }
    let labelled = try session.names(
      """
      SELECT d.dataset FROM datasets d
      WHERE EXISTS (SELECT 1 FROM samples s JOIN labels l ON l.sample_id = s.sample_id
                    WHERE s.dataset = d.dataset AND l.task = :task)
      ORDER BY 1
      """, .init("task", .text(task)))
    if labelled.count == 1 { return labelled[0] }
    guard !labelled.isEmpty else {
      throw QueryError.nothingFound("no data set has labels of the task \(task)")
    }
    var trained = Set<String>()
    for model in models {
      trained.formUnion(
        try session.names(
          "SELECT DISTINCT dataset FROM runs WHERE kind = 'train' AND model = :model",
          .init("model", .text(model))))
    }
    let candidates = labelled.filter(trained.contains)
    if candidates.count == 1 { return candidates[0] }
    throw QueryError.usage(
      "several data sets have labels of the task \(task): choose one with --dataset "
        + labelled.joined(separator: " | "))
  }

  private static func split(of dataset: String, task: String, in session: ReadOnlySession) throws
    -> SplitChoice
  {
    let splits = try session.names(
      """
      SELECT DISTINCT s.split FROM samples s JOIN labels l ON l.sample_id = s.sample_id
      WHERE s.dataset = :dataset AND l.task = :task
      """, .init("dataset", .text(dataset)), .init("task", .text(task)))
    if splits.contains("test") { return .test }
    if splits.contains("val") { return .val }
    if splits.isEmpty {
      throw QueryError.nothingFound("the data set \(dataset) has no labels of the task \(task)")
    }
    throw QueryError.usage(
      "the data set \(dataset) has neither a test nor a val split: say --split train or --split all"
    )
  }
}

extension ReadOnlySession {
  /// The text of the first column of each row.
  func names(_ sql: String, _ parameters: SQLStatement.Parameter...) throws -> [String] {
    try table(SQLStatement(sql, parameters)).rows.compactMap { $0.first?.string }
  }
}
