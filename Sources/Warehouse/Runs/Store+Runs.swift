public import Foundation
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
  /// It is noted as running, but no process holds the lock any more. Never stored: the next writer
  /// notes `interrupted`.
  case lost
}

/// A row of the ledger: something that was done, or is being done.
public struct RunRecord: Sendable, Equatable {
  /// Its number.
  public let run: Int
  /// `dataset`, `train`, `ingest`, `merge`, ….
  public let kind: String
  /// The model that it is about, if it is about one.
  public let model: String?
  /// The data set that it is about, if it is about one.
  public let dataset: String?
  /// How it ended, if it has.
  public let state: RunState
  /// When it began, UTC, ISO 8601.
  public let started: String
  /// When it ended, UTC, ISO 8601.
  public let finished: String?
  /// What failed, or what was done.
  public let detail: String?
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

  /// The ledger, newest first.
  ///
  /// - Returns: Every run; one that is noted as running while nobody writes is `lost`.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func runs() throws -> [RunRecord] {
    let isWritten = isWritable || Store.isHeld(folder) ?? true
    return try catalogue.rows(
      """
      SELECT id, kind, model, dataset, state, started, finished, detail FROM run ORDER BY id DESC
      """
    ).compactMap { row in
      guard let run = row[0].int, let kind = row[1].string, let started = row[5].string,
        let state = row[4].string.flatMap(RunState.init)
      else { return nil }
      return RunRecord(
        run: run, kind: kind, model: row[2].string, dataset: row[3].string,
        state: state == .running && !isWritten ? .lost : state, started: started,
        finished: row[6].string, detail: row[7].string)
    }
  }

  /// Whether a process holds the lock of a warehouse or shard; nil if that cannot be told.
  public static func isHeld(_ folder: URL) -> Bool? {
    do { return try SharedLock(folder: folder) == nil } catch { return nil }
  }

  /// Marks runs whose writer is dead: the lock is held, so nothing can be running.
  func interruptAbandonedRuns() throws {
    try catalogue.run(
      "UPDATE run SET state = ?, finished = ? WHERE state = ?", RunState.interrupted.rawValue,
      timestamp(), RunState.running.rawValue)
  }
}
