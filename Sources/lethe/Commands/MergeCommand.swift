import CommandLineKit
import Foundation
import Ingest
import Query
import Warehouse

/// `lethe merge`: takes the shards of an ingest in.
struct MergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge",
    abstract: "Takes the shards that lethe ingest --shard computed into the warehouse.",
    discussion: """
      Each whole shard comes in one transaction, its files checked by their digests and moved into \
      place; a shard that is missing, unfinished, damaged or of another plan is named and left, \
      and code 3 says so. Merging again does no harm. When all shards are there, the thresholds of \
      bits are found and the bits written: the warehouse is then what one lethe ingest would have \
      made.
      """,
    examples: [
      Example("lethe merge", "Every shard in the warehouse's folder shards"),
      Example("lethe merge --shards /scratch/shards", "From another file system"),
    ],
    parameters: [ShardOptions.folder, OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let summary = try context.writing("a merge") {
      try ShardMerging(
        store: $0, shards: ShardOptions.folder(values), monitor: context.monitor()
      ).run()
    }
    guard !summary.entries.isEmpty else { return context.note("there is no shard to merge") }
    try RowOutput(context).write(
      Table(
        columns: ["shard", "state", "segments", "megabytes", "reason"],
        rows: summary.entries.map(Self.row)))
    if summary.thresholds > 0 {
      context.note("found the thresholds of \(summary.thresholds) layers and wrote their bits")
    }
    if summary.again > 0 {
      context.warn(
        "the bits of \(summary.again) layers need a second pass: run lethe ingest, or its shards"
          + " once more")
    }
    if summary.entries.contains(where: \.isLeft) { throw ExitCode.nothingFound }
  }

  private static func row(_ entry: MergeSummary.Entry) -> [Cell] {
    func cells(
      _ state: String, _ reason: String? = nil, segments: Int? = nil, bytes: Int? = nil
    ) -> [Cell] {
      [
        .text(entry.shard.description), .text(state), segments.map { Cell($0) } ?? .null,
        bytes.map { .real((Double($0) / 1e5).rounded() / 10) } ?? .null, Cell(reason),
      ]
    }
    switch entry.state {
    case .missing:
      return cells("missing", "run lethe ingest --shard \(entry.shard)")
    case .found(.merged(let segments, let bytes)):
      return cells("merged", segments: segments, bytes: bytes)
    case .found(.running): return cells("running", "a task works on it")
    case .found(.unfinished):
      return cells("unfinished", "its task ended early: run it again")
    case .found(.refused(let reason)): return cells("refused", reason)
    }
  }
}
