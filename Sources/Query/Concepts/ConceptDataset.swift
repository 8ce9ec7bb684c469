internal import SQLite

extension ReadOnlySession {
  /// The data set that concepts of some models are about.
  ///
  /// The one that was named; else the only one with masks that has labels of the task of the
  /// models' roots, the models that their training started from; else the only one with masks.
  func conceptDataset(_ name: String?, models: [String]) throws -> String {
    if let name {
      let known = try SampleScope.known(name, in: self)
      guard try hasMasks(known) else { throw try ReadOnlySession.noMasks(known, in: self) }
      return known
    }
    let all = try names("SELECT dataset FROM datasets ORDER BY 1")
    let masked = try all.filter { try hasMasks($0) }
    guard let first = masked.first else {
      throw all.count == 1
        ? try ReadOnlySession.noMasks(all[0], in: self)
        : QueryError.nothingFound(
          "no data set has masks of action units, which concepts need; lethe ingest makes them in "
            + "input pixels, from mask pictures or landmarks (lethe dataset masks NAME shows them)")
    }
    guard masked.count > 1 else { return first }
    let tasks = try rootTasks(of: models)
    let labelled = try masked.filter { dataset in
      try tasks.contains { try hasLabels(dataset, task: $0) }
    }
    guard labelled.count == 1 else {
      throw QueryError.usage(
        "several data sets have masks of action units: choose one with --dataset "
          + masked.joined(separator: " | "))
    }
    return labelled[0]
  }

  private func hasMasks(_ dataset: String) throws -> Bool {
    try !names(
      """
      SELECT 'yes' FROM samples s JOIN au_masks m ON m.sample_id = s.sample_id
      WHERE s.dataset = :dataset LIMIT 1
      """, .init("dataset", .text(dataset))
    ).isEmpty
  }

  private func hasLabels(_ dataset: String, task: String) throws -> Bool {
    try !names(
      """
      SELECT 'yes' FROM samples s JOIN labels l ON l.sample_id = s.sample_id
      WHERE s.dataset = :dataset AND l.task = :task LIMIT 1
      """, .init("dataset", .text(dataset)), .init("task", .text(task))
    ).isEmpty
  }

  private static func noMasks(_ dataset: String, in session: ReadOnlySession) throws -> QueryError {
    let files = try session.names(
      """
      SELECT 'yes' FROM samples s JOIN mask_file f ON f.sample = s.sample_id
      WHERE s.dataset = :dataset AND f.kind = 'mask' LIMIT 1
      """, .init("dataset", .text(dataset)))
    guard files.isEmpty else {
      return .nothingFound(
        "the masks of \(dataset) have not been carried into input pixels; "
          + "run: lethe ingest --dataset \(dataset) --keep pooled,bits")
    }
    let units = try session.names(
      """
      SELECT 'yes' FROM samples s JOIN aus USING (sample_id) WHERE s.dataset = :dataset LIMIT 1
      """, .init("dataset", .text(dataset)))
    guard !units.isEmpty else {
      return .nothingFound(
        "\(dataset) tells of no action unit that is present, and concepts need their masks: add it "
          + "again with action units (columns au<N> of a CSV, or --openface)")
    }
    let points = try session.names(
      """
      SELECT 'yes' FROM samples s JOIN landmark_set l ON l.sample = s.sample_id
      WHERE s.dataset = :dataset LIMIT 1
      """, .init("dataset", .text(dataset)))
    guard points.isEmpty else {
      return .nothingFound(
        "\(dataset) has no masks of action units in input pixels, which concepts need; "
          + "lethe ingest --dataset \(dataset) --keep pooled,bits makes them from the landmarks, "
          + "and lethe dataset masks \(dataset) shows them")
    }
    return .nothingFound(
      "\(dataset) has no masks of action units, which concepts need: add it again with mask "
        + "pictures, or with landmarks (its own, or --openface), from which masks are made")
  }

  /// The tasks of the models that training started from in the end.
  private func rootTasks(of models: [String]) throws -> Set<String> {
    var cards: [String: (task: String, parent: String?)] = [:]
    try forEachRow(of: SQLStatement("SELECT model, task, parent FROM models")) { row in
      if let model = row[0].string, let task = row[1].string {
        cards[model] = (task, row[2].string)
      }
      return true
    }
    return Set(
      models.compactMap { model in
        var (name, seen) = (model, Set([model]))
        while let parent = cards[name]?.parent, cards[parent] != nil, seen.insert(parent).inserted {
          name = parent
        }
        return cards[name]?.task
      })
  }
}
