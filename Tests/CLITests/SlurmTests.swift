import Foundation
import Testing

/// Drives the binary with programs of Slurm that only note what they are told.
@Suite("Jobs for Slurm")
struct SlurmTests {
  private let place: Workdir

  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
    try program(
      "sbatch",
      """
      printf '%s|' "$@" >>"$HOME/calls"; echo >>"$HOME/calls"
      [[ -f $HOME/refuse ]] && { echo 'sbatch: error: invalid partition specified: x' >&2; exit 1; }
      wc -l <"$HOME/calls"
      """)
    try program("squeue", "cat \"$HOME/queue\"")
  }

  private func program(_ name: String, _ text: String) throws {
    let bin = place.folder.appending(path: "bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let file = bin.appending(path: name)
    try Data("#!/bin/bash\n\(text)\n".utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  private func lethe(_ arguments: [String]) throws -> Workdir.Run {
    let path = place.folder.appending(path: "bin").path + ":/usr/bin:/bin"
    return try place.lethe(arguments, environment: ["PATH": path])
  }

  private func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: place.folder.appending(path: path))
  }

  private var calls: [String] {
    let text = try? String(
      contentsOf: place.folder.appending(path: "calls"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  private let ladder = [
    "ladder", "--slurm", "--dataset-emotion", "faces", "--dataset-pain", "faces", "--seeds", "2",
    "--threads", "3", "--sbatch-options=--partition='a b' --time=1:00",
  ]

  @Test("a dry run prints scripts that bash can read, and writes and submits nothing")
  func dryRun() throws {
    let run = try lethe(ladder + ["--dry-run"])
    #expect(run.code == 0, "\(run)")
    #expect(run.output.contains("#SBATCH --cpus-per-task=3\n"), "\(run)")
    #expect(run.output.contains("#SBATCH \"--partition=a b\" --time=1:00\n"), "\(run)")
    #expect(run.output.contains("--dependency=aftercorr:$id_pain_b1 "), "\(run)")
    #expect(calls.isEmpty)
    #expect(
      !FileManager.default.fileExists(
        atPath: place.folder.appending(path: "lethe-warehouse/jobs").path))
    try write(run.output, to: "scripts")
    #expect(try place.bash("bash -n scripts").code == 0)
  }

  @Test("the ladder is submitted, followed and submitted again; each step has its exit code")
  func follow() throws {
    let run = try lethe(ladder + ["--csv"])
    #expect(run.code == 0, "\(run)")
    #expect(run.lines.count == 15 && run.lines.last?.hasSuffix(",2,14") == true, "\(run)")
    #expect(calls.count == 14)
    #expect(
      calls[1].hasPrefix(
        "--parsable|--job-name=ladder-0001.emotion|--array=1-2|--dependency=afterok:1|"))
    try write("1|RUNNING|None\n2_1|PENDING|Dependency\n", to: "queue")
    let tasks = try lethe(["runs", "--job", "ladder-0001", "--csv"])
    #expect(tasks.code == 0 && tasks.lines.count == 28, "\(tasks)")
    #expect(tasks.output.contains("ladder,ladder-0001,prepare,running,1,"), "\(tasks)")
    #expect(
      tasks.output.contains("emotion.1,pending,2_1,,,pending: Dependency\n"), "\(tasks)")
    let all = try lethe(["runs", "--csv"])
    #expect(all.code == 0 && all.lines.count == 28, "\(all)")
    // What Slurm does not know any more never began: it is submitted again.
    let again = try lethe(["runs", "--resubmit", "ladder-0001", "--csv"])
    #expect(again.code == 0 && calls.count > 14, "\(again)")
    try write(
      (15...60).flatMap { id in (0...2).map { "\(id)_\($0)|PENDING|None" } }
        .joined(separator: "\n") + "\n1|RUNNING|None\n2_1|PENDING|None\n", to: "queue")
    let nothing = try lethe(["runs", "--resubmit", "ladder-0001"])
    #expect(nothing.code == 3 && nothing.error.contains("nothing of ladder-0001"), "\(nothing)")
    let unknown = try lethe(["runs", "--resubmit", "ladder-0007"])
    #expect(unknown.code == 2 && unknown.error.contains("there are ladder-0001"), "\(unknown)")
  }

  @Test("what cannot be submitted is one clear message")
  func refused() throws {
    try write("", to: "refuse")
    let run = try lethe(ladder)
    #expect(run.code == 1, "\(run)")
    #expect(run.error.contains("invalid partition specified: x"), "\(run)")
    #expect(run.error.contains("lethe runs --resubmit ladder-0001"), "\(run)")
    let noSlurm = try place.lethe(ladder, environment: ["PATH": "/nowhere"])
    #expect(noSlurm.code == 1 && noSlurm.error.contains("sbatch: there is no such"), "\(noSlurm)")
    for words in [
      ["ladder", "--slurm", "--only", "emotion"], ["ladder", "--dry-run"],
      ["ladder", "--sbatch-options=--time=1"], ["ingest", "--nodes", "3"],
      ["ingest", "--slurm", "--shard", "1/2"],
      ["ladder", "--slurm", "--sbatch-options=--array=1-9"],
      ["ladder", "--slurm", "--dataset-emotion", "fases"],
      ["runs", "--job", "a-0001", "--resubmit", "a-0001"],
    ] {
      let run = try lethe(words)
      #expect(run.code == 2, "\(run)")
    }
    let damaged = place.folder.appending(path: "lethe-warehouse/jobs/ladder-0001/job.json")
    try Data("{".utf8).write(to: damaged)
    let listed = try lethe(["runs", "--csv"])
    #expect(listed.code == 3 && listed.error.contains("no record of a job"), "\(listed)")
  }
}
