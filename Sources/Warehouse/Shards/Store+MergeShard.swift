public import Foundation
internal import SQLite

extension Store {
  /// The shards in a folder, by count and number.
  ///
  /// - Parameter folder: The folder that shards lie in; none there is the same as an empty one.
  /// - Returns: Every folder whose name is a shard's.
  public static func shards(in folder: URL) -> [ShardFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { Shard(folder: $0) }
      .sorted { ($0.count, $0.number) < ($1.count, $1.number) }
      .map { shard in
        let path = folder.appending(path: "\(shard.folder)/\(Layout.catalogue)").path
        let catalogue = try? Connection(path: path, mode: .immutable)
        let record = catalogue.flatMap { try? ShardRecord($0, subject: path) }
        return ShardFolder(shard: shard, plan: record?.plan)
      }
  }

  /// Takes a shard in: its files, and everything that its catalogue has of them in one
  /// transaction; then its folder goes.
  ///
  /// What the warehouse has already is left out, so that nothing is there twice.
  /// - Parameters:
  ///   - shard: Which, by the name of its folder.
  ///   - folder: The folder that shards lie in.
  ///   - kernel: The kernels of this program.
  ///   - quantile: The quantile that a plan keeps bits of; nil if it keeps none.
  ///   - candidates: What is done with candidates for thresholds.
  /// - Returns: What became of it; unless it was merged, shard and warehouse are as before.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written; then, too.
  public func mergeShard(
    _ shard: Shard, in folder: URL, kernel: String, quantile: (String) -> Double?,
    candidates: (CandidateOffer) -> CandidateAnswer
  ) throws -> ShardOutcome {
    try merge(folder.appending(path: shard.folder), candidates) { place in
      try ShardMerge(
        store: self, place: place, shard: shard, model: nil, kernel: kernel, quantile: quantile,
        order: { _ in [] })
    }
  }

  /// The models whose training has a folder of its own, by name.
  ///
  /// - Parameter folder: The folder that shards lie in; none there is the same as an empty one.
  /// - Returns: Their names.
  public static func trainedModels(in folder: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { Shard.model(folder: $0) }.sorted()
  }

  /// Takes a model in that was trained in a folder of its own, with what was stored on the way, in
  /// one transaction; then the folder goes.
  ///
  /// - Parameters:
  ///   - model: Its name.
  ///   - folder: The folder that shards lie in.
  ///   - kernel: The kernels of this program.
  ///   - order: The models that a plan trains, in the order that they are to have in the
  ///     warehouse, whichever comes first.
  /// - Returns: What became of it; unless it was merged, folder and warehouse are as before.
  /// - Throws: `WarehouseError` or `SQLiteError` if the warehouse cannot be written; then, too.
  public func mergeTraining(
    _ model: String, in folder: URL, kernel: String, order: (String) -> [String]
  ) throws -> ShardOutcome {
    try merge(folder.appending(path: Shard.folder(training: model)), { _ in .leave }) { place in
      try ShardMerge(
        store: self, place: place, shard: .only, model: model, kernel: kernel,
        quantile: { _ in nil }, order: order)
    }
  }

  private func merge(
    _ place: URL, _ candidates: (CandidateOffer) -> CandidateAnswer,
    _ open: (URL) throws -> ShardMerge
  ) throws -> ShardOutcome {
    try requireWritable()
    guard fileSize(place.appending(path: Layout.catalogue).path) > 0 else { return .unfinished }
    let lock: WriterLock
    do {
      lock = try WriterLock(folder: place, purpose: "a merge")
    } catch let error as WarehouseError where error.cause == .locked {
      return .running
    }
    defer { lock.release() }
    do {
      let merge = try open(place)
      defer { merge.close() }
      guard merge.record.isWhole else { return .unfinished }
      let taken = try merge.run(candidates)
      merge.close()
      try FileManager.default.removeItem(at: place)
      return .merged(segments: taken.count, bytes: taken.reduce(0) { $0 + $1.bytes })
    } catch let refusal as ShardRefusal {
      return refusal.outcome
    }
  }
}

/// Why a shard is not taken.
struct ShardRefusal: Error {
  let outcome: ShardOutcome

  init(_ outcome: ShardOutcome) { self.outcome = outcome }
  init(reason: String) { outcome = .refused(reason) }
}
