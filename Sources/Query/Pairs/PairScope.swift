extension ReadOnlySession {
  /// The samples of a question about pairs: where nothing is said, the one data set of them, whole,
  /// since nothing is trained on it.
  func pairScope(_ selection: Selection, models: [ModelCard]) throws -> SampleScope {
    var selection = selection
    if selection.dataset == nil { selection.dataset = try pairDataset() }
    if selection.split == nil { selection.split = .all }
    return try SampleScope(
      unlabelled: selection, task: models.first?.task ?? "", models: models.map(\.name), in: self)
  }

  /// The one data set whose sequences have two pictures at most, and some of them two.
  private func pairDataset() throws -> String {
    let found = try names(
      """
      SELECT dataset FROM (
        SELECT dataset, count(*) AS n FROM samples WHERE sequence IS NOT NULL
        GROUP BY dataset, subject, sequence)
      GROUP BY dataset HAVING max(n) = 2 ORDER BY dataset
      """)
    guard let first = found.first else {
      throw QueryError.nothingFound(
        "no data set has minimal pairs: " + MinimalPairs.advice)
    }
    guard found.count == 1 else {
      throw QueryError.usage(
        "several data sets may have minimal pairs (\(found.joined(separator: ", "))): choose one "
          + "with --dataset")
    }
    return first
  }

  /// The models that were asked for, else those whose last layer over a data set is stored.
  func pairModels(_ names: [String], dataset: String) throws -> [ModelCard] {
    guard names.isEmpty else { return try models(names) }
    let stored = try self.names(
      """
      SELECT m.name FROM model m JOIN layer l ON l.model = m.id
      WHERE l.ordinal = (SELECT max(ordinal) FROM layer WHERE model = m.id)
        AND l.prefix IN (
          SELECT a.key FROM stored_array a JOIN dataset d ON d.id = a.dataset
          WHERE a.tier = 'pooled' AND d.name = :dataset)
      ORDER BY m.id
      """, .init("dataset", .text(dataset)))
    guard !stored.isEmpty else {
      throw QueryError.nothingFound(
        "no activations over the data set \(dataset) are stored: run lethe ingest "
          + "--dataset \(dataset)")
    }
    return try models(stored)
  }
}
