public import Foundation
public import Warehouse

/// Takes whole shards and models that were trained beside it into a warehouse, and finishes what needs all of them: the thresholds of the
/// bits tier, and the bits.
public struct ShardMerging {
  let store: Store
  let shards: URL
  let monitor: Monitor

  /// A merge into a warehouse that is open for writing.
  ///
  /// - Parameters:
  ///   - store: The warehouse.
  ///   - shards: The folder that shards lie in; nil: `shards` in the warehouse.
  ///   - monitor: Is told how far it is.
  public init(store: Store, shards: URL? = nil, monitor: Monitor = Monitor()) {
    self.store = store
    self.shards = shards ?? Store.shards(of: store.folder)
    self.monitor = monitor
  }

  /// Merges every shard that is whole, in any order and however often; the others are named and
  /// left as they are.
  ///
  /// - Returns: What became of each.
  /// - Throws: `CancellationError` if the user stopped it, `WarehouseError` or `SQLiteError` if the
  ///   warehouse cannot be written; what was merged before stays.
  public func run() throws -> MergeSummary {
    var summary = MergeSummary()
    let found = Store.shards(in: shards)
    let models = Store.trainedModels(in: shards)
    guard !found.isEmpty || !models.isEmpty else { return summary }
    let run = try store.beginRun(kind: "merge")
    do {
      for model in models {
        try monitor.check()
        let outcome = try TrainingPlan.merge(model, in: shards, into: store)
        summary.trainings.append(MergeSummary.Training(model: model, outcome: outcome))
      }
      for (index, folder) in found.enumerated() {
        try monitor.check()
        monitor.report("merge", index, of: found.count, "shards", remark: "\(folder.shard)")
        let outcome = try store.mergeShard(
          folder.shard, in: shards, kernel: Kernels.all,
          quantile: { ShardPlan(text: $0).flatMap { $0.bits ? $0.quantile : nil } },
          candidates: ShardMerging.answer)
        summary.entries.append(MergeSummary.Entry(shard: folder.shard, state: .found(outcome)))
      }
      try finish(Set(found.compactMap(\.plan)).sorted(), &summary)
      let merged = summary.entries.count { !$0.isLeft } + summary.trainings.count { !$0.isLeft }
      let all = summary.entries.count + summary.trainings.count
      try store.finishRun(run, .done, detail: "\(merged) of \(all) shards")
    } catch {
      let state: RunState = error is CancellationError ? .interrupted : .failed
      try? store.finishRun(run, state, detail: "\(error)")
      throw error
    }
    // Only if it is empty.
    _ = rmdir(shards.path)
    return summary
  }

  /// What is done with a shard's candidates.
  ///
  /// Shards that began at the same time have bounds of their own: candidates are complete above
  /// the highest. Where thresholds are known already, only candidates from there on make bits.
  static func answer(_ offer: CandidateOffer) -> CandidateAnswer {
    if let thresholds = offer.thresholds {
      let reaches = zip(offer.bounds.values, thresholds.values).allSatisfy {
        BFloat16Code(roundingUp: $0) <= BFloat16Code(roundingUp: $1)
      }
      return reaches ? .take(nil) : .leave
    }
    guard let known = offer.known else { return .take(offer.bounds) }
    // A bound proved too high since the shard began: its candidates would be in vain again.
    guard offer.bounds.attempt >= known.attempt else { return .leave }
    return .take(
      ProvisionalBounds(
        attempt: offer.bounds.attempt,
        values: zip(offer.bounds.values, known.values).map { max($0, $1) }))
  }

  /// Names the shards that are missing of some plans, and finishes bits.
  private func finish(_ plans: [String], _ summary: inout MergeSummary) throws {
    var names: Set<String> = []
    for plan in plans.compactMap(ShardPlan.init(text:)) {
      // A model or data set that is gone since: then no shard of the plan is missing any more.
      guard
        let ingest = try? ActivationIngest(
          store: store, options: plan.options(threads: 1), monitor: monitor)
      else { continue }
      for shard in try missing(plan, ingest)
      where !summary.entries.contains(where: {
        $0.shard == shard
      }) {
        summary.entries.append(MergeSummary.Entry(shard: shard, state: .missing))
      }
      for dataset in ingest.datasets where names.insert(dataset.name).inserted {
        let outcome = try ingest.search(dataset).run()
        summary.thresholds += outcome.found
        summary.again += outcome.again
      }
    }
    summary.entries.sort {
      ($0.shard.count, $0.shard.number) < ($1.shard.count, $1.shard.number)
    }
  }

  /// The shards of a plan of whose blocks the warehouse lacks something.
  private func missing(_ plan: ShardPlan, _ ingest: ActivationIngest) throws -> [Shard] {
    let works = try ingest.datasets.map { try ingest.plan(for: $0) }
    return try (1...plan.count).compactMap { Shard($0, of: plan.count) }.filter { shard in
      let blocks = ShardPlan.blocks(of: shard, ingest)
      return try works.contains { work in
        try blocks.contains { block in
          try block.dataset == work.dataset.id && !work.work(for: block.positions).isEmpty
        }
      }
    }
  }
}
