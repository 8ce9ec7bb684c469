internal import SQLite

/// How a run ended.
public enum RunState: String, Sendable, CaseIterable {
  /// It is under way.
  case running
  /// It ended as it should.
  case done
  /// It failed; `detail` says why.
  case failed
  /// Its process ended before it did.
  case interrupted
}

extension Store {
  /// Notes that a run begins; returns its row id.
  ///
  /// - Parameters:
  ///   - kind: `dataset`, `train` or `ingest`.
  ///   - model: The name of the model, if there is one.
  ///   - dataset: The name of the data set, if there is one.
  /// - Returns: The row id, for `finishRun`.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written.
  public func beginRun(kind: String, model: String? = nil, dataset: String? = nil) throws -> Int64 {
    try requireWritable()
    try catalogue.run(
      "INSERT INTO run (kind, model, dataset, state, started) VALUES (?, ?, ?, ?, ?)", kind, model,
      dataset, RunState.running.rawValue, timestamp())
    return catalogue.lastInsertedRow
  }

  /// Notes how a run ended.
  ///
  /// - Parameters:
  ///   - run: Its row id.
  ///   - state: How.
  ///   - detail: What failed, or what was done.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written.
  public func finishRun(_ run: Int64, _ state: RunState, detail: String? = nil) throws {
    try requireWritable()
    try catalogue.run(
      "UPDATE run SET state = ?, finished = ?, detail = ? WHERE id = ?", state.rawValue,
      timestamp(), detail, run)
  }

  /// Marks runs whose writer is dead: the lock is held, so nothing can be running.
  func interruptAbandonedRuns() throws {
    try catalogue.run(
      "UPDATE run SET state = ?, finished = ? WHERE state = ?", RunState.interrupted.rawValue,
      timestamp(), RunState.running.rawValue)
  }
}
