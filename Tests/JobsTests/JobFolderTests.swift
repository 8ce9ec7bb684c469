import Foundation
import Testing

@testable import Jobs

@Suite("Folders of jobs") struct JobFolderTests {
  /// A warehouse's folder and a sbatch that notes its words and counts ids up from 101.
  private func place() throws -> (folder: TemporaryFolder, warehouse: URL, slurm: Slurm) {
    let folder = try TemporaryFolder("lethe jobs'")
    let bin = folder.url.path
    try folder.program(
      "sbatch",
      """
      cd_=$(pwd)
      [[ -f $(dirname "$0")/full ]] && [[ $(wc -l <"$(dirname "$0")/calls") -ge 1 ]] \\
        && { echo 'sbatch: error: QOSMaxSubmitJobPerUserLimit' >&2; exit 1; }
      echo "$*" >>"$(dirname "$0")/calls"
      echo "$cd_" >>"$(dirname "$0")/folders"
      echo "$((100 + $(wc -l <"$(dirname "$0")/calls")));cluster"
      """)
    try folder.program("squeue", "cat \"$(dirname \"$0\")/queue\" 2>/dev/null || exit 1")
    try folder.program("sacct", "cat \"$(dirname \"$0\")/past\" 2>/dev/null || exit 1")
    let warehouse = folder.url.appending(path: "ware house")
    return (folder, warehouse, Slurm(path: "\(bin):/usr/bin:/bin"))
  }

  private func make(_ graph: JobGraph, in warehouse: URL) throws -> JobFolder {
    let names = Set(graph.steps.map(\.script))
    let scripts = names.map {
      JobScript(
        name: $0, purpose: ["Does."], isArray: true, cores: 1, options: .none, lethe: "/x",
        warehouse: warehouse.path, body: ["true"])
    }
    return try JobFolder.make(
      graph, scripts, in: warehouse, shards: warehouse.appending(path: "shards"))
  }

  private func note(_ folder: JobFolder, _ task: String, _ text: String) throws {
    try Data(text.utf8).write(to: folder.url.appending(path: "state/\(task)"))
  }

  @Test("a graph is submitted step by step, each after the ids it needs, and noted")
  func submit() throws {
    let (place, warehouse, slurm) = try place()
    let folder = try make(JobGraphTests.ladder(), in: warehouse)
    let submitted = try JobSubmission(folder, slurm: slurm, time: "t").submitAll()
    #expect(submitted.map(\.id) == (101...106).map(String.init))
    #expect(
      try place.text("calls") == """
        --parsable --job-name=ladder-0001.prepare prepare.sbatch prepare
        --parsable --job-name=ladder-0001.emotion --array=1-3 --dependency=afterok:101 \
        --kill-on-invalid-dep=yes rung.sbatch emotion
        --parsable --job-name=ladder-0001.pain-a --array=1-3 --dependency=aftercorr:102 \
        --kill-on-invalid-dep=yes rung.sbatch pain-a
        --parsable --job-name=ladder-0001.pain-b --array=1-3 --dependency=aftercorr:102 \
        --kill-on-invalid-dep=yes rung.sbatch pain-b
        --parsable --job-name=ladder-0001.after-a --array=1-3 --dependency=aftercorr:103 \
        --kill-on-invalid-dep=yes rung.sbatch after-a
        --parsable --job-name=ladder-0001.after-b --array=1-3 --dependency=aftercorr:104 \
        --kill-on-invalid-dep=yes rung.sbatch after-b

        """)
    let folders = Set(try place.text("folders").split(separator: "\n").map(String.init))
    #expect(folders.count == 1 && folders.first?.hasSuffix("jobs/ladder-0001") == true)
    #expect(try folder.read().submissions == submitted)
    #expect(try make(JobGraphTests.ladder(), in: warehouse).name == "ladder-0002")
    #expect(JobFolder.names(in: warehouse) == ["ladder-0001", "ladder-0002"])
  }

  @Test("a refusal half-way says what sbatch said; the rest is submitted later")
  func refusal() throws {
    let (place, warehouse, slurm) = try place()
    let folder = try make(JobGraphTests.ingest(), in: warehouse)
    let full = place.url.appending(path: "full")
    try Data().write(to: full)
    #expect {
      try JobSubmission(folder, slurm: slurm, time: "t").submitAll()
    } throws: {
      "\($0)".contains("QOSMaxSubmitJobPerUserLimit")
        && "\($0)".contains("lethe runs --resubmit ingest-0001")
    }
    #expect(try folder.read().submissions.map(\.step) == ["ingest"])
    try FileManager.default.removeItem(at: full)
    try Data("101_1|RUNNING|None\n101_2|PENDING|Priority\n101_3|COMPLETED|None\n".utf8)
      .write(to: place.url.appending(path: "queue"))
    try note(folder, "ingest.4", "begin 101 5 n\nend 101 6 0\n")
    try note(folder, "ingest.3", "begin 101 5 n\nend 101 6 0\n")
    let submitted = try JobSubmission(folder, slurm: slurm, time: "t").resubmit {
      try folder.statuses(slurm) { _ in nil }
    }
    #expect(submitted.map(\.step) == ["merge"])
    #expect(
      try place.text("calls").hasSuffix(
        "--dependency=afterany:101 --kill-on-invalid-dep=yes merge.sbatch merge\n"))
  }

  @Test("a failed task is submitted again alone; its dependents wait for it, and for it alone")
  func resubmit() throws {
    let (place, warehouse, slurm) = try place()
    let folder = try make(JobGraphTests.ladder(), in: warehouse)
    try JobSubmission(folder, slurm: slurm, time: "t").submitAll().forEach { submission in
      for task in submission.tasks where submission.step != "after-b" {
        let code = submission.step == "pain-b" && task == 2 ? 137 : 0
        try note(
          folder, JobFolder.task(submission.step, task),
          "begin \(submission.id) 5 n\nend \(submission.id) 6 \(code)\n")
      }
    }
    try note(folder, "after-b.1", "begin 106 5 n\nend 106 6 1\n")
    try note(folder, "after-b.3", "begin 106 5 n\nend 106 6 0\n")
    try Data("106_2|CANCELLED|DependencyNeverSatisfied\n".utf8)
      .write(to: place.url.appending(path: "queue"))
    let submitted = try JobSubmission(folder, slurm: slurm, time: "t").resubmit {
      try folder.statuses(slurm) { _ in nil }
    }
    #expect(submitted.map(\.step) == ["pain-b", "after-b", "after-b"])
    let calls = try place.text("calls").split(separator: "\n").suffix(3)
    #expect(
      calls == [
        "--parsable --job-name=ladder-0001.pain-b --array=2 rung.sbatch pain-b",
        "--parsable --job-name=ladder-0001.after-b --array=1 rung.sbatch after-b",
        "--parsable --job-name=ladder-0001.after-b --array=2 --dependency=aftercorr:107"
          + " --kill-on-invalid-dep=yes rung.sbatch after-b",
      ])
    // From now on the new submissions speak for their tasks.
    let states = try folder.statuses(slurm) { _ in nil }.filter { !$0.state.needsResubmission }
    #expect(states.count == 13)
  }

  @Test("a task's own note comes first, then the queue, then accounting, then locks")
  func states() throws {
    let (place, warehouse, slurm) = try place()
    let folder = try make(JobGraphTests.ingest(), in: warehouse)
    func states(
      held: @escaping (URL) -> Bool? = { _ in nil }
    ) throws -> [TaskState] {
      try folder.statuses(slurm, now: 100, isHeld: held).map(\.state)
    }
    #expect(try states() == Array(repeating: .waiting, count: 5))
    _ = try JobSubmission(folder, slurm: slurm, time: "t").submitAll()
    // Nobody can be asked.
    #expect(try states() == Array(repeating: .pending, count: 5))
    try note(folder, "ingest.1", "begin 101 40 n1\n")
    try note(folder, "ingest.2", "begin 101 40 n1\nend 101 60 0\n")
    try note(folder, "ingest.3", "begin 101 40 n1\nend 101 60 143\n")
    let log = folder.url.appending(path: "ingest-0001.ingest.4.log")
    try Data("one\nlethe: the \u{1b}[1mdisk is full\n\n".utf8).write(to: log)
    try note(folder, "ingest.4", "begin 101 40 n1\nend 101 60 1\n")
    #expect(
      try states { $0.lastPathComponent == "1-of-4" } == [
        .running, .done, .interrupted, .failed, .pending,
      ])
    #expect(try states { _ in false }[0] == .lost)
    let failed = try folder.statuses(slurm) { _ in nil }[3]
    #expect(failed.detail == "code 1: lethe: the [1mdisk is full")
    #expect(failed.seconds == 20)
    // Slurm's word counts where the task said nothing.
    try Data("102|PENDING|Dependency\n".utf8).write(to: place.url.appending(path: "queue"))
    #expect(try states { _ in true }[0] == .lost)
    #expect(try states()[4] == .pending)
    try Data("101_1|TIMEOUT|0:15\n".utf8).write(to: place.url.appending(path: "past"))
    #expect(try states()[0] == .failed)
    try Data("101_1|RUNNING|None\n".utf8).write(to: place.url.appending(path: "queue"))
    #expect(try states()[0] == .running)
    #expect(try states()[4] == .lost)
    #expect(try folder.statuses(slurm, now: 100) { _ in nil }[0].seconds == 60)
    // A clock that is behind: no length, rather than a wrong one.
    #expect(try folder.statuses(slurm, now: 3) { _ in nil }[0].seconds == nil)
  }

  @Test(
    "a record that is damaged or hostile is refused by name",
    arguments: [
      "", "[]", "{}", "{\"version\":1}", "…",
      "{\"version\":1,\"name\":\"ingest-0001\",\"created\":\"\",\"shards\":\"/\",\"graph\":"
        + "{\"kind\":\"x\",\"steps\":[{\"name\":\"../x\",\"script\":\"a.sbatch\",\"arguments\":[],"
        + "\"needs\":[],\"folders\":[]}]},\"submissions\":[]}",
      "{\"version\":1,\"name\":\"ingest-0001\",\"created\":\"\",\"shards\":\"/\",\"graph\":"
        + "{\"kind\":\"x\",\"steps\":[{\"name\":\"x\",\"script\":\"a.sbatch\",\"arguments\":[],"
        + "\"needs\":[],\"folders\":[]}]},\"submissions\":[{\"step\":\"x\",\"id\":\"1 --wrap=id\","
        + "\"tasks\":[0],\"time\":\"\"}]}",
    ])
  func damaged(text: String) throws {
    let (_, warehouse, _) = try place()
    let folder = try make(JobGraphTests.ingest(), in: warehouse)
    try Data(text.utf8).write(to: folder.url.appending(path: "job.json"))
    #expect { try folder.read() } throws: { ($0 as? JobError)?.cause == .file }
  }

  @Test("an unknown job is named, with those that there are; a missing sbatch is said")
  func unknown() throws {
    let (_, warehouse, _) = try place()
    _ = try make(JobGraphTests.ingest(), in: warehouse)
    #expect {
      try JobFolder("../ingest-0001", in: warehouse)
    } throws: { "\($0)".contains("there are ingest-0001") }
    #expect {
      try make(JobGraphTests.ingest(), in: warehouse.appending(path: "a\\b"))
    } throws: { "\($0)".contains("backslash") }
    #expect { try Slurm(path: "/nowhere").check() } throws: { "\($0)".contains("--dry-run") }
  }

  @Test("two processes do not submit one job at a time")
  func locked() throws {
    let (_, warehouse, slurm) = try place()
    let folder = try make(JobGraphTests.ingest(), in: warehouse)
    try folder.locked { () -> Void in
      #expect { try JobSubmission(folder, slurm: slurm, time: "t").submitAll() } throws: {
        "\($0)".contains("another process submits this job")
      }
    }
  }
}
