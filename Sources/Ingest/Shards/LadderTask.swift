import Compute
public import Foundation
import Warehouse

/// Trains one variant of a ladder in a folder of its own, beside any number of others, and takes it
/// into the warehouse.
///
/// While it trains, the warehouse is only read. A task that was stopped goes on from its last epoch,
/// and one that could not take its model in leaves it for `lethe merge`.
public struct LadderTask {
  let warehouse: URL
  let shards: URL
  let variant: String
  let options: LadderOptions
  let monitor: Monitor

  /// The training of a variant.
  ///
  /// - Parameters:
  ///   - variant: Its name, for example `pain-b3.s2`.
  ///   - options: Of the whole ladder.
  ///   - warehouse: The warehouse's folder.
  ///   - shards: The folder that shards lie in; nil: `shards` in the warehouse.
  ///   - monitor: Is told how far it is.
  public init(
    _ variant: String, of options: LadderOptions, warehouse: URL, shards: URL? = nil,
    monitor: Monitor = Monitor()
  ) {
    self.variant = variant
    self.options = options
    self.warehouse = warehouse
    self.shards = shards ?? Store.shards(of: warehouse)
    self.monitor = monitor
  }

  /// Trains the variant, unless it is there already.
  ///
  /// - Returns: Whether it came into the warehouse now.
  /// - Throws: As `TrainingRun.run`; `IngestError` if the ladder has no such variant, or the one
  ///   that it starts from is not there; `WarehouseError` if another task trains it.
  public func run() throws -> Bool { try train() && takeIn() }

  /// Trains the variant in its folder.
  ///
  /// - Returns: Whether there is a folder to take in.
  func train() throws -> Bool {
    guard let (store, request) = try openMended() else {
      return FileManager.default.fileExists(atPath: folder.path)
    }
    do {
      if try !store.isWholeShard() {
        try TrainingRun(request, store: store, monitor: monitor).run()
        try store.finishShard()
      }
      try store.close()
      return true
    } catch {
      try? store.close()
      throw error
    }
  }

  private var folder: URL { shards.appending(path: Shard.folder(training: variant)) }

  /// The task's store, as `open` gives it, after a writer that was killed was cleared up behind: a
  /// reader may not, and a graph of tasks must not stop for it.
  private func openMended() throws -> (Store, TrainingRequest)? {
    do { return try open() } catch let error as WarehouseError where error.cause == .readOnly {
      let wait = monitor.waiting()
      try Store.openWaiting(warehouse, purpose: "training of \(variant)") { _ in try wait() }
        .close()
      return try open()
    }
  }

  /// The task's store; nil if the warehouse has the variant.
  private func open() throws -> (Store, TrainingRequest)? {
    guard let (rung, repetition) = Rung.named(variant), repetition <= options.repetitions else {
      throw IngestError(
        "the ladder has no variant `\(variant)`",
        advice: "name a rung such as pain-b3, or of repetition k: pain-b3.sK, with --seeds")
    }
    return try Store.readingUnwritten(warehouse, wait: monitor.waiting()) { base in
      let ladder = Ladder(options, store: base)
      try ladder.checkInitial()
      let request = ladder.request(rung, repetition)
      if let parent = request.parent,
        try !base.models().contains(where: { $0.record.name == parent })
      {
        throw IngestError(
          "`\(variant)` starts from `\(parent)`, which is not there yet",
          advice: "train that first: lethe ladder --only \(parent)")
      }
      guard try !TrainingRun(request, store: base).isThere() else { return nil }
      let dataset = try base.dataset(named: request.dataset)
      let shard = ShardRequest(
        training: variant, plan: try TrainingPlan(request).text(), kernel: Kernels.all,
        blocks: Blocks(base, dataset).all.map { ShardBlock(dataset: dataset.id, positions: $0) })
      return (try Store.openShard(shard, in: shards, of: base), request)
    }
  }

  private func takeIn() throws -> Bool {
    let wait = monitor.waiting()
    let store = try Store.openWaiting(warehouse, purpose: "taking \(variant) in") { _ in
      try wait()
    }
    defer { try? store.close() }
    let outcome = try TrainingPlan.merge(variant, in: shards, into: store)
    try store.close()
    let problem: String
    switch outcome {
    case .merged: return true
    case .running: problem = "another process works in its folder"
    case .unfinished: problem = "it is not whole"
    case .refused(let reason): problem = reason
    }
    throw IngestError(
      "`\(variant)` is trained, but is not taken into the warehouse: \(problem)",
      advice: "its folder is left: lethe merge takes it in when that is mended")
  }
}

extension Monitor {
  /// What is done again and again while another process writes: it says so once, and pauses.
  ///
  /// What it throws, when it was asked to stop, ends the wait.
  func waiting() -> () throws -> Void {
    var waits = 0
    return {
      try check()
      if waits == 0 { message("another process writes to the warehouse: waiting") }
      waits += 1
      Thread.sleep(forTimeInterval: 0.5)
    }
  }
}
