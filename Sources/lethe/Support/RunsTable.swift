import Foundation
import Jobs
import Query
import Warehouse

/// The rows of `lethe runs`.
enum RunsTable {
  static func table(_ rows: [[Cell]]) -> Table {
    Table(
      columns: ["kind", "job", "task", "state", "slurm_id", "started", "seconds", "detail"],
      rows: rows)
  }

  /// A task of a job for Slurm.
  static func row(_ status: TaskStatus) -> [Cell] {
    let began = status.began.map {
      Date(timeIntervalSince1970: TimeInterval($0)).formatted(.iso8601)
    }
    return [
      .text(status.kind), .text(status.job), .text(status.name), .text(status.state.rawValue),
      Cell(status.id), Cell(began), status.seconds.map { Cell($0) } ?? .null, Cell(status.detail),
    ]
  }

  /// A task in a folder of its own that belongs to no job.
  static func row(_ shard: ShardState) -> [Cell] {
    let (kind, task) =
      switch shard.work {
      case .part(let shard): ("ingest", "shard \(shard)")
      case .training(let model): ("train", model)
      }
    let detail: String? =
      switch shard.state {
      case .done: "whole: lethe merge takes it in"
      case .lost: "its process is gone: run it again"
      default: shard.run?.detail
      }
    return [
      .text(kind), .null, .text(task), .text(shard.state.rawValue), .null,
      Cell(shard.run?.started), seconds(shard.run), Cell(detail),
    ]
  }

  /// A row of the ledger.
  static func row(_ run: RunRecord) -> [Cell] {
    [
      .text(run.kind), .null, Cell(run.model ?? run.dataset), .text(run.state.rawValue), .null,
      .text(run.started), seconds(run), Cell(run.detail),
    ]
  }

  /// Seconds between begin and end; undefined where a clock jumped back.
  private static func seconds(_ run: RunRecord?) -> Cell {
    guard let run, let finished = run.finished,
      let from = try? Date(run.started, strategy: .iso8601),
      let until = try? Date(finished, strategy: .iso8601), until >= from
    else { return .null }
    return Cell(Int(until.timeIntervalSince(from)))
  }
}
