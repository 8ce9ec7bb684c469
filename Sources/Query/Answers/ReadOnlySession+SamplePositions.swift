internal import SQLite

extension ReadOnlySession {
  /// Positions of the first samples of a data set that meet a condition, ascending.
  ///
  /// - Parameters:
  ///   - dataset: The data set's name.
  ///   - filter: A SQL expression over the columns of `samples`; nil: every sample.
  ///   - limit: The most positions.
  /// - Returns: The positions, and how many samples meet the condition.
  /// - Throws: `QueryError` if the data set is unknown, the condition cannot be understood, or no
  ///   sample meets it.
  public func samplePositions(
    of dataset: String, where filter: String?, limit: Int
  ) throws -> (positions: [Int], all: Int) {
    let name = try SampleScope.known(dataset, in: self)
    let condition =
      try filter.map { try "AND " + SampleFilter($0, in: self).condition(on: "s.id") } ?? ""
    var positions: [Int] = []
    var all = 0
    try forEachRow(
      of: SQLStatement(
        """
        SELECT s.position FROM sample s JOIN dataset d ON d.id = s.dataset
        WHERE d.name = :dataset \(condition) ORDER BY s.position
        """, [.init("dataset", .text(name))])
    ) { row in
      all += 1
      if positions.count < limit, let position = row[0].int { positions.append(position) }
      return true
    }
    guard all > 0 else {
      throw QueryError.nothingFound("no sample of \(name) meets the condition")
    }
    return (positions, all)
  }
}
