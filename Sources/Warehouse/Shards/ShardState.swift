public import Foundation
internal import SQLite

/// How a task stands that works in a folder of its own, as the folder tells.
public struct ShardState: Sendable, Equatable {
  /// What the folder is for.
  public enum Work: Sendable, Equatable {
    /// A part of an ingest.
    case part(Shard)
    /// The training of a model.
    case training(String)
  }

  /// What the folder is for.
  public let work: Work
  /// The name of the folder.
  public var folder: String {
    switch work {
    case .part(let shard): shard.folder
    case .training(let model): Shard.folder(training: model)
    }
  }

  /// `done`: it can be merged; `lost`: its process is gone before it was whole.
  public let state: RunState
  /// Its last run, if one is noted.
  public let run: RunRecord?
}

extension Store {
  /// The tasks that have a folder below `folder`, by its name.
  ///
  /// Catalogues are read without locks and without their logs, so that any machine may look while
  /// others write; what a running task has noted lately is not seen.
  ///
  /// - Parameter folder: The folder that shards lie in; none there is the same as an empty one.
  /// - Returns: One state a folder that is a shard's by its name.
  public static func shardStates(in folder: URL) -> [ShardState] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap { name in
      let work: ShardState.Work? =
        Shard(folder: name).map { .part($0) } ?? Shard.model(folder: name).map { .training($0) }
      return work.map { state(of: $0, folder.appending(path: name)) }
    }
  }

  private static func state(of work: ShardState.Work, _ folder: URL) -> ShardState {
    let path = folder.appending(path: Layout.catalogue).path
    guard isHeld(folder) != true else {
      return ShardState(work: work, state: .running, run: nil)
    }
    guard let catalogue = try? Connection(path: path, mode: .immutable) else {
      return ShardState(work: work, state: .lost, run: nil)
    }
    let store = Store(folder: folder, catalogue: catalogue, lock: nil)
    defer { try? store.close() }
    let run = (try? store.runs())?.first
    if (try? ShardRecord(catalogue, subject: path))?.isWhole == true {
      return ShardState(work: work, state: .done, run: run)
    }
    let ended: RunState? = run.flatMap {
      $0.state == .failed || $0.state == .interrupted ? $0.state : nil
    }
    return ShardState(work: work, state: ended ?? .lost, run: run)
  }
}
