/// A script for sbatch: plain bash that says what it does, notes when it begins and ends, and runs
/// lethe.
public struct JobScript: Sendable, Equatable {
  /// The file's name, for example `ingest.sbatch`.
  public let name: String
  /// What it does, a sentence a line.
  let purpose: [String]
  /// Whether it is run once a task.
  let isArray: Bool
  /// Cores a task.
  let cores: Int
  let options: SbatchOptions
  /// The absolute paths of the program and of the warehouse.
  let lethe: String
  let warehouse: String
  /// Lines of bash that set variables and run lethe.
  let body: [String]

  /// A script with its parts.
  public init(
    name: String, purpose: [String], isArray: Bool, cores: Int,
    options: SbatchOptions, lethe: String, warehouse: String, body: [String]
  ) {
    self.name = name
    self.purpose = purpose
    self.isArray = isArray
    self.cores = cores
    self.options = options
    self.lethe = lethe
    self.warehouse = warehouse
    self.body = body
  }

  /// Whole lines of bash that set `options` to words, a line for each that begins with a dash.
  public static func options(_ words: [String]) -> [String] {
    var lines: [String] = []
    for word in words {
      if word.hasPrefix("--") || lines.isEmpty {
        lines.append("  " + ShellWords.quoted(word))
      } else {
        lines[lines.count - 1] += " " + ShellWords.quoted(word)
      }
    }
    return ["options=("] + lines + [")"]
  }

  /// The text of the script within a job's folder.
  ///
  /// - Parameters:
  ///   - job: The job's name.
  ///   - folder: The absolute path of its folder.
  /// - Returns: The text, which ends in a line break.
  public func text(job: String, folder: String) -> String {
    // Paths are never part of a #SBATCH line: those know no quoting of line breaks, and read % as a
    // sign of their own. The log's name is relative to where sbatch is called, the job's folder.
    var lines = ["#!/usr/bin/env bash"]
    lines += purpose.map { "# \($0)" }
    lines.append("# Its first argument is the name of the step: see job.json beside it.")
    lines += [
      "#SBATCH --job-name=\(job)",
      "#SBATCH --output=\(isArray ? "%x.%a.log" : "%x.log")",
      "#SBATCH --open-mode=append",
      "#SBATCH --nodes=1",
      "#SBATCH --ntasks=1",
      "#SBATCH --cpus-per-task=\(cores)",
    ]
    if let line = options.line { lines.append(line) }
    lines += [
      "set -euo pipefail",
      "",
      "lethe=\(ShellWords.quoted(lethe))",
      "warehouse=\(ShellWords.quoted(warehouse))",
      "job=\(ShellWords.quoted(folder))",
      "threads=${SLURM_CPUS_PER_TASK:-1}",
      "",
      "# Says in the job's folder when the task begins and how it ends: lethe runs reads it.",
      "id=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}",
      "state=$job/state/$1\(isArray ? ".$SLURM_ARRAY_TASK_ID" : "")",
      "trap 'code=$?; echo \"end $id $(date +%s) $code\" >>\"$state\"' EXIT",
      "echo \"begin $id $(date +%s) $(uname -n)\" >>\"$state\"",
      "",
    ]
    return (lines + body).joined(separator: "\n") + "\n"
  }
}
