import Foundation

/// The programs of Slurm, found on the `PATH`.
public struct Slurm: Sendable {
  private let folders: [String]

  /// The programs on a `PATH`.
  public init(path: String) {
    folders = path.split(separator: ":").map(String.init)
  }

  private func program(_ name: String) -> String? {
    folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Throws unless jobs can be submitted from here.
  public func check() throws {
    guard program("sbatch") != nil else {
      throw JobError(
        .slurm, "sbatch", "there is no such program on the PATH",
        advice: "run this where Slurm is, or print the scripts with --dry-run")
    }
  }

  /// Submits a script from within its folder.
  ///
  /// - Returns: The id that Slurm gave.
  /// - Throws: `JobError` with what sbatch said if it says no.
  func submit(_ words: [String], in folder: URL) throws -> String {
    try check()
    guard let result = run("sbatch", words, in: folder) else {
      throw JobError(.slurm, "sbatch", "it cannot be started", advice: "see whether it works")
    }
    // “ID” or “ID;CLUSTER”.
    let id = result.output.prefix { $0 != ";" && !$0.isNewline }
    guard result.code == 0, id.wholeMatch(of: #/[0-9]{1,18}/#) != nil else {
      let said = (result.error + " " + result.output).split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      throw JobError(
        .slurm, "sbatch \(words.joined(separator: " "))",
        said.isEmpty ? "it ended with code \(result.code)" : String(said.prefix(500)),
        advice: "correct what it says (--sbatch-options, --threads), then submit what is missing:"
          + " lethe runs --resubmit \(folder.lastPathComponent)")
    }
    return String(id)
  }

  /// What squeue and sacct say of the user's tasks; nil where there is no squeue that answers.
  func states(of ids: Set<String>) -> (
    queue: [SlurmState.Task: SlurmState]?,
    past: [SlurmState.Task: SlurmState]
  ) {
    guard !ids.isEmpty else { return (nil, [:]) }
    let queue = run(
      "squeue",
      [
        "--array", "--noheader", "--states=all", "--user=\(getuid())", "--format=%i|%T|%r",
      ], in: nil)
    let past = run(
      "sacct",
      [
        "--noheader", "--parsable2", "--array", "--format=JobID,State,ExitCode",
        "--jobs=\(ids.sorted().joined(separator: ","))",
      ], in: nil)
    return (
      queue.flatMap { $0.code == 0 ? SlurmState.squeue($0.output) : nil },
      past.flatMap { $0.code == 0 ? SlurmState.sacct($0.output) : nil } ?? [:]
    )
  }

  private struct Result {
    let code: Int32
    let output: String
    let error: String
  }

  /// Runs a program to its end; nil if there is none or it cannot be started.
  private func run(_ name: String, _ words: [String], in folder: URL?) -> Result? {
    guard let path = program(name) else { return nil }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = words
    if let folder { process.currentDirectoryURL = folder }
    // Into files: a program that writes much to both streams never waits for a reader.
    let place = FileManager.default.temporaryDirectory.appending(
      path: "lethe-slurm-\(UUID().uuidString)")
    let files = ["out", "err"].map { URL(filePath: place.path + "." + $0) }
    defer { for file in files { try? FileManager.default.removeItem(at: file) } }
    do {
      let handles = try files.map { file in
        try Data().write(to: file)
        return try FileHandle(forWritingTo: file)
      }
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = handles[0]
      process.standardError = handles[1]
      try process.run()
    } catch { return nil }
    process.waitUntilExit()
    let texts = files.map {
      String(decoding: SmallFile.read($0, limit: 256 << 20) ?? Data(), as: UTF8.self)
    }
    return Result(code: process.terminationStatus, output: texts[0], error: texts[1])
  }
}
