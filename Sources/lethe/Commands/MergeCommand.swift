import CommandLineKit
import Foundation
import Ingest
import Query
import Warehouse

/// `lethe merge`: takes in what was computed or trained beside the warehouse.
struct MergeCommand: ParsableCommand {
  static let wait = Flag(
    "wait", help: "Wait as long as another process writes to the warehouse, instead of failing.")

  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Takes the shards that lethe ingest --shard computed into the warehouse.",
    discussion: """
      Each whole shard comes in one transaction, its files checked by their digests and moved into \
      place; a shard that is missing, unfinished, damaged or of another plan is named and left, \
      and code 3 says so, as it does where bits need a second pass. Merging again does no harm. \
      When all shards are there, the thresholds of bits are found and the bits written: the \
      warehouse is then what one lethe ingest would have made. A model that lethe ladder --only \
      trained, and could not take in itself, comes in the same way.
      """,
    examples: [
      Example("lethe merge", "Every shard in the warehouse's folder shards"),
      Example("lethe merge --shards /scratch/shards", "From another file system"),
    ],
    parameters: [ShardOptions.folder, wait, OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let merge = { (store: Store) in
      try ShardMerging(
        store: store, shards: ShardOptions.folder(values), monitor: context.monitor()
      ).run()
    }
    let summary =
      try values[Self.wait]
      ? context.writingWhenFree("a merge", merge) : context.writing("a merge", merge)
    guard !summary.isEmpty else { return context.note("there is no shard to merge") }
    try RowOutput(context).write(
      Table(
        columns: ["shard", "state", "segments", "megabytes", "reason"],
        rows: summary.trainings.map(Self.row) + summary.entries.map(Self.row)))
    if summary.thresholds > 0 {
      context.note("found the thresholds of \(summary.thresholds) layers and wrote their bits")
    }
    if summary.again > 0 {
      context.warn(
        "the bits of \(summary.again) layers need a second pass: run lethe ingest, or its shards"
          + " once more")
    }
    if summary.isAnythingLeft || summary.again > 0 { throw ExitCode.nothingFound }
  }

  private static func row(_ entry: MergeSummary.Entry) -> [Cell] {
    switch entry.state {
    case .missing:
      cells(entry.shard.description, "missing", "run lethe ingest --shard \(entry.shard)")
    case .found(let outcome): row(entry.shard.description, outcome)
    }
  }

  private static func row(_ training: MergeSummary.Training) -> [Cell] {
    row(training.model, training.outcome)
  }

  private static func row(_ name: String, _ outcome: ShardOutcome) -> [Cell] {
    switch outcome {
    case .merged(let segments, let bytes):
      cells(name, "merged", segments: segments, bytes: bytes)
    case .running: cells(name, "running", "a task works on it")
    case .unfinished: cells(name, "unfinished", "its task ended early: run it again")
    case .refused(let reason): cells(name, "refused", reason)
    }
  }

  private static func cells(
    _ name: String, _ state: String, _ reason: String? = nil, segments: Int? = nil,
    bytes: Int? = nil
  ) -> [Cell] {
    [
      .text(name), .text(state), segments.map { Cell($0) } ?? .null,
      bytes.map { .real((Double($0) / 1e5).rounded() / 10) } ?? .null, Cell(reason),
    ]
  }
}
