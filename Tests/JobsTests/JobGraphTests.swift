import Foundation
import Testing

@testable import Jobs

@Suite("Graphs of jobs") struct JobGraphTests {
  /// emotion, two pain rungs beside each other, a head on each; three repetitions.
  static func ladder() throws -> JobGraph {
    func rung(_ name: String, after: JobStep.Need) -> JobStep {
      JobStep(name, script: "rung.sbatch", tasks: 3, needs: [after])
    }
    return try JobGraph(
      kind: "ladder",
      steps: [
        JobStep("prepare", script: "prepare.sbatch"),
        rung("emotion", after: .init("prepare", .afterOK)),
        rung("pain-a", after: .init("emotion", .afterSameTask)),
        rung("pain-b", after: .init("emotion", .afterSameTask)),
        rung("after-a", after: .init("pain-a", .afterSameTask)),
        rung("after-b", after: .init("pain-b", .afterSameTask)),
      ])
  }

  static func ingest() throws -> JobGraph {
    try JobGraph(
      kind: "ingest",
      steps: [
        JobStep(
          "ingest", script: "ingest.sbatch", tasks: 4, folders: (1...4).map { "\($0)-of-4" }),
        JobStep("merge", script: "merge.sbatch", needs: [.init("ingest", .afterEnd)]),
      ])
  }

  @Test("commands that submit a graph name what each step needs")
  func commands() throws {
    #expect(
      try Self.ingest().commands(job: "ingest-0001", folder: "/w/jobs/ingest-0001")
        == [
          "id_ingest=$(sbatch --parsable --job-name=ingest-0001.ingest --array=1-4"
            + " ingest.sbatch ingest)",
          "id_merge=$(sbatch --parsable --job-name=ingest-0001.merge"
            + " --dependency=afterany:$id_ingest --kill-on-invalid-dep=yes merge.sbatch merge)",
        ])
    let lines = try Self.ladder().commands(job: "ladder-0001", folder: "/a %b $c/x")
    #expect(lines.count == 6)
    #expect(lines[4].contains("--dependency=aftercorr:$id_pain_a "))
    // A % is Slurm's own sign even there.
    #expect(lines[0].contains(" '--output=/a %%b $c/x/%x.log' "))
    #expect(lines[1].contains(" '--output=/a %%b $c/x/%x.%a.log' "))
  }

  @Test("graphs that cannot be submitted in their order are refused")
  func refused() {
    let merge = JobStep("merge", script: "merge.sbatch", needs: [.init("ingest", .afterEnd)])
    #expect(throws: JobError.self) { try JobGraph(kind: "ingest", steps: [merge]) }
    let one = JobStep("a", script: "a.sbatch", tasks: 2)
    let twice = JobStep("a", script: "a.sbatch")
    #expect(throws: JobError.self) { try JobGraph(kind: "x", steps: [one, twice]) }
    let other = JobStep(
      "b", script: "b.sbatch", tasks: 3, needs: [.init("a", .afterSameTask)])
    #expect(throws: JobError.self) { try JobGraph(kind: "x", steps: [one, other]) }
    for name in ["", "../x", "a b", "a\nb", "-a"] {
      #expect(throws: JobError.self) {
        try JobGraph(kind: "x", steps: [JobStep(name, script: "a.sbatch")])
      }
    }
    #expect(throws: JobError.self) {
      try JobGraph(kind: "x", steps: [JobStep("a", script: "../../a.sbatch")])
    }
  }

  @Test("numbers of tasks are written as ranges")
  func ranges() {
    #expect(JobSubmission.ranges([3, 1, 2, 7, 9, 10]) == "1-3,7,9-10")
    #expect(JobSubmission.ranges([5]) == "5")
  }

  @Test("what failed is submitted again alone, with what waits for it")
  func wanted() throws {
    let graph = try Self.ladder()
    let states: [String: [Int: TaskState]] = [
      "pain-b": [2: .failed], "after-b": [2: .cancelled, 1: .running], "after-a": [3: .pending],
    ]
    let wanted = JobSubmission.wanted(graph) { states[$0]?[$1] ?? .done }
    #expect(wanted == ["pain-b": [2], "after-b": [2]])
    #expect(JobSubmission.wanted(graph) { _, _ in .done }.isEmpty)
    // A merge looks once more, whatever it found before.
    let again = JobSubmission.wanted(try Self.ingest()) { step, task in
      step == "ingest" && task == 3 ? .lost : .done
    }
    #expect(again == ["ingest": [3], "merge": [0]])
  }
}
