import CommandLineKit
import Foundation
import Jobs
import Warehouse

/// What commands share that write jobs for Slurm.
enum SlurmOptions {
  static let slurm = Flag(
    "slurm",
    help: "Write job scripts into the folder jobs of the warehouse and submit them to Slurm.")
  static let sbatch = Option<[String]>(
    "sbatch-options", value: "WORDS",
    help: "With --slurm: options for every script, as sbatch takes them:"
      + " --sbatch-options='--partition=long --time=8:00:00'.", separated: false)
  static let nodes = Option<Int>(
    "nodes", value: "K", help: "With --slurm: tasks that work at once, a part of the plan each.",
    default: 4
  ) { (1...Shard.most).contains($0) ? nil : "is not between 1 and \(Shard.most)" }

  /// Throws for options that do nothing without `--slurm`.
  static func validate(_ values: ArgumentValues, _ others: [(name: String, isGiven: Bool)]) throws {
    let given = others + [("sbatch-options", values.isGiven(sbatch))]
    if !values[slurm], let other = given.first(where: \.isGiven) {
      throw ValidationError("--\(other.name) belongs to --slurm")
    }
    _ = try SbatchOptions(values[sbatch])
  }
}

/// A job that a command writes for Slurm: its graph and the scripts that the graph names.
struct SlurmJob {
  let graph: JobGraph
  let scripts: [JobScript]

  /// What every script of a command is made with.
  struct Frame {
    let warehouse: URL
    let shards: URL
    let lethe: String
    let cores: Int
    let options: SbatchOptions

    init(_ context: Context) throws {
      let values = context.values
      warehouse = context.warehouse.absoluteURL.standardizedFileURL
      shards =
        (ShardOptions.folder(values) ?? Store.shards(of: warehouse)).absoluteURL
        .standardizedFileURL
      // Nodes must find the very program that wrote the scripts.
      lethe = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      cores = values[WritingOptions.threads]
      options = try SbatchOptions(values[SlurmOptions.sbatch])
    }

    /// A script that runs lethe with the array `options` of bash and more words.
    func script(
      _ name: String, _ purpose: [String], isArray: Bool, options words: [String],
      before: [String] = [], _ command: String
    ) -> JobScript {
      let body = (words.isEmpty ? [] : JobScript.options(words)) + before
      return JobScript(
        name: name, purpose: purpose, isArray: isArray, cores: cores, options: options,
        lethe: lethe, warehouse: warehouse.path,
        body: body + ["\"$lethe\" -w \"$warehouse\" \(command)"])
    }

    /// `--shards` and its folder, unless it is the usual one.
    var shardWords: [String] {
      shards.path == Store.shards(of: warehouse).path ? [] : ["--shards", shards.path]
    }
  }

  /// Prints the scripts and the commands that submit them, or writes and submits them.
  func run(_ frame: Frame, _ context: Context, isDry: Bool) throws {
    guard !isDry else {
      let name = JobFolder.nextName(graph.kind, in: frame.warehouse)
      let folder = JobFolder.jobs(of: frame.warehouse).appending(path: name).path
      var text = scripts.map { script in
        "# ---- jobs/\(name)/\(script.name)\n" + script.text(job: name, folder: folder) + "\n"
      }.joined()
      text += "# ---- in the folder jobs/\(name)\n"
      text += graph.commands(job: name, folder: folder).joined(separator: "\n") + "\n"
      return try context.console.output.write(text)
    }
    let slurm = Slurm(path: context.console.environment["PATH"] ?? "")
    try slurm.check()
    let folder = try JobFolder.make(graph, scripts, in: frame.warehouse, shards: frame.shards)
    let submitted = try JobSubmission(
      folder, slurm: slurm, time: Date().formatted(.iso8601)
    ).submitAll()
    try RowOutput(context).write(SubmissionTable.table(folder.name, submitted))
    context.note("submitted; lethe runs --job \(folder.name) follows it")
  }
}
