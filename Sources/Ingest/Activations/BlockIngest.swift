import Warehouse

/// Runs a plan block by block.
struct BlockIngest {
  let plan: IngestPlan
  let networks: NetworkCache
  let title: String
  let monitor: Monitor

  /// Computes and stores what the plan finds missing.
  ///
  /// - Returns: Samples that passed a network, counted once a variant.
  /// - Throws: `CancellationError` if the user stopped it, or what failed; blocks stored before
  ///   stay.
  func run() throws -> Int {
    let blocks = Blocks(plan.store, plan.dataset).all
    let total = try blocks.reduce(0) { try $0 + plan.work(for: $1).count * $1.count }
    guard total > 0 else { return 0 }
    var done = 0
    for block in blocks {
      let works = try plan.work(for: block)
      guard !works.isEmpty else { continue }
      let run = try BlockRun(
        store: plan.store, dataset: plan.dataset, block: block, works: works,
        quantile: plan.keep.quantile, networks: networks)
      try run.run(monitor: monitor) { count in
        done += count
        monitor.report(title, done, of: total, "forward passes")
      }
    }
    return done
  }
}
