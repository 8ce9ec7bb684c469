import CommandLineKit
import Foundation
import Jobs
import Query
import Warehouse

/// `lethe runs`: what was done, what is under way, and what failed.
struct RunsCommand: ParsableCommand {
  static let job = Option<String?>(
    "job", value: "JOB", help: "The tasks of one job alone, for example ingest-0001.")
  static let resubmit = Option<String?>(
    "resubmit", value: "JOB",
    help:
      "Submit again, alone, the tasks of a job that failed, were cancelled or are lost, and what"
      + " waits for them.")

  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Shows what was done, what is under way, and submits again what failed.",
    discussion: """
      The tasks of every job that was written with --slurm, then what works or waits in shards, \
      then the ledger of the warehouse, newest first. A task's state comes from what it noted \
      itself, from squeue and sacct where these are, and else from the locks that a living process \
      holds: waiting (not submitted), pending, running, done, failed, interrupted (stopped by a \
      signal), cancelled, lost (its process is gone). detail is the end of its log, or where it \
      runs; logs lie beside the scripts. Nothing is lost with a task: submitted again, it goes on \
      where it was.
      Codes: 0 listed or submitted, 1 sbatch said no, 2 no such job, 3 nothing to list or to submit.
      """,
    examples: [
      Example("lethe runs", "Everything"),
      Example("lethe runs --job ladder-0001 --csv", "One job, for a script"),
      Example("lethe runs --resubmit ladder-0001", "What failed once more"),
    ],
    parameters: [job, resubmit, ShardOptions.folder, OutputOptions.listGroup])

  let values: ArgumentValues

  func validate() throws {
    if values[Self.job] != nil, values[Self.resubmit] != nil {
      throw ValidationError("--resubmit names the job itself: leave --job out")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let warehouse = context.warehouse.absoluteURL.standardizedFileURL
    let slurm = Slurm(path: console.environment["PATH"] ?? "")
    let ledger = try Self.ledger(warehouse)
    if let name = values[Self.resubmit] {
      return try resubmit(try JobFolder(name, in: warehouse), slurm, context)
    }
    if let name = values[Self.job] {
      let tasks = try JobFolder(name, in: warehouse).statuses(slurm, isHeld: Store.isHeld)
      return try RowOutput(context).write(RunsTable.table(tasks.map(RunsTable.row)))
    }
    var rows: [[Cell]] = []
    var known: Set<URL> = []
    for name in JobFolder.names(in: warehouse) {
      do {
        let folder = try JobFolder(name, in: warehouse)
        let record = try folder.read()
        let shards = URL(filePath: record.shards)
        known.formUnion(record.graph.steps.flatMap(\.folders).map { shards.appending(path: $0) })
        rows += try folder.statuses(slurm, isHeld: Store.isHeld).map(RunsTable.row)
      } catch let error as JobError {
        context.warn(error.description)
      }
    }
    let shards = (ShardOptions.folder(values) ?? Store.shards(of: warehouse)).absoluteURL
      .standardizedFileURL
    rows += Store.shardStates(in: shards).filter { state in
      !known.contains(URL(filePath: shards.path).appending(path: state.folder))
    }.map(RunsTable.row)
    rows += ledger.map(RunsTable.row)
    try RowOutput(context).write(RunsTable.table(rows))
  }

  private static func ledger(_ warehouse: URL) throws -> [RunRecord] {
    let store = try Store.open(warehouse, for: .reading)
    defer { try? store.close() }
    return try store.runs()
  }

  private func resubmit(_ folder: JobFolder, _ slurm: Slurm, _ context: Context) throws {
    try slurm.check()
    let submitted = try JobSubmission(
      folder, slurm: slurm, time: Date().formatted(.iso8601)
    ).resubmit { try folder.statuses(slurm, isHeld: Store.isHeld) }
    guard !submitted.isEmpty else {
      context.warn("nothing of \(folder.name) needs to be submitted again")
      throw ExitCode.nothingFound
    }
    try RowOutput(context).write(SubmissionTable.table(folder.name, submitted))
  }
}
