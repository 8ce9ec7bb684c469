import Warehouse

/// Runs a plan pass by pass and block by block.
struct BlockIngest {
  let plan: IngestPlan
  let networks: NetworkCache
  /// Bytes that the weights of the variants in a pass may take.
  let memory: Int
  let title: String
  let monitor: Monitor

  /// Computes and stores what the plan finds missing.
  ///
  /// - Returns: Samples that passed a network, counted once a variant.
  /// - Throws: `CancellationError` if the user stopped it, or what failed; blocks stored before
  ///   stay.
  func run() throws -> Int {
    let blocks = Blocks(plan.store, plan.dataset).all
    let passes = try IngestPasses(plan: plan, memory: memory).plans()
    if passes.count > 1 {
      monitor.message("\(title): \(passes.count) passes, so that the weights fit into memory")
    }
    var progress = try IngestProgress(passes, blocks)
    var done = 0
    for pass in passes {
      for block in blocks {
        let works = try pass.work(for: block)
        guard !works.isEmpty else { continue }
        let run = try BlockRun(
          store: plan.store, dataset: plan.dataset, block: block, works: works,
          keep: plan.keep, networks: networks)
        try run.run(monitor: monitor) { work, count in
          done += count
          progress.add(work, samples: count)
          monitor.report(title, progress.pictures, of: progress.total, "pictures")
        }
      }
      networks.removeAll()
    }
    return done
  }
}

/// How many of the pictures are done, counted by the work that they take: a variant that starts
/// late takes less.
struct IngestProgress {
  /// Pictures of which something is missing.
  private(set) var total = 0
  private let costs: [String: WorkCost]
  private var all = 0
  private var done = 0

  init(_ passes: [IngestPlan], _ blocks: [Range<Int>]) throws {
    costs = Dictionary(
      try passes.flatMap(\.variants).map { ($0.name, WorkCost(of: try $0.graph)) },
      uniquingKeysWith: { a, _ in a })
    for block in blocks {
      let works = try passes.flatMap { try $0.work(for: block) }
      if !works.isEmpty { total += block.count }
      for work in works { all += cost(of: work) * block.count }
    }
  }

  mutating func add(_ work: VariantWork, samples: Int) { done += cost(of: work) * samples }

  var pictures: Int { all > 0 ? Int(Double(total) * min(1, Double(done) / Double(all))) : total }

  /// At least 1: what is read from the store takes time, too.
  private func cost(of work: VariantWork) -> Int {
    max(1, costs[work.variant.name]?.sum(work.computed) ?? 1)
  }
}
