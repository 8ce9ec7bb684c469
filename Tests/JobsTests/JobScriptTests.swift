import Foundation
import Testing

@testable import Jobs

@Suite("Job scripts") struct JobScriptTests {
  private func script(
    warehouse: String, lethe: String = "/opt/lethe/bin/lethe", body: [String],
    options: SbatchOptions = .none
  ) -> JobScript {
    JobScript(
      name: "ingest.sbatch", purpose: ["Computes a part."], isArray: true, cores: 8,
      options: options, lethe: lethe, warehouse: warehouse, body: body)
  }

  @Test("the text of a script, word for word")
  func golden() throws {
    let text = script(
      warehouse: "/data/it's here",
      body: JobScript.options(["--model", "a,b", "--keep", "pooled,maps:f16"])
        + ["\"$lethe\" -w \"$warehouse\" ingest \"${options[@]}\""],
      options: try SbatchOptions(["--partition=long --time=8:00:00"])
    ).text(job: "ingest-0001", folder: "/data/it's here/jobs/ingest-0001")
    #expect(
      text == #"""
        #!/usr/bin/env bash
        # Computes a part.
        # Its first argument is the name of the step: see job.json beside it.
        #SBATCH --job-name=ingest-0001
        #SBATCH --output=%x.%a.log
        #SBATCH --open-mode=append
        #SBATCH --nodes=1
        #SBATCH --ntasks=1
        #SBATCH --cpus-per-task=8
        #SBATCH --partition=long --time=8:00:00
        set -euo pipefail

        lethe=/opt/lethe/bin/lethe
        warehouse='/data/it'\''s here'
        job='/data/it'\''s here/jobs/ingest-0001'
        threads=${SLURM_CPUS_PER_TASK:-1}

        # Says in the job's folder when the task begins and how it ends: lethe runs reads it.
        id=${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}
        state=$job/state/$1.$SLURM_ARRAY_TASK_ID
        trap 'code=$?; echo "end $id $(date +%s) $code" >>"$state"' EXIT
        echo "begin $id $(date +%s) $(uname -n)" >>"$state"

        options=(
          --model a,b
          --keep pooled,maps:f16
        )
        "$lethe" -w "$warehouse" ingest "${options[@]}"

        """#)
  }

  @Test(
    "run by bash, it passes hostile paths on whole, and notes how it ended",
    arguments: [("plain", 0), ("it's $(id) `id` \"%a\"\nand more", 0), ("a;b #*", 3)])
  func run(name: String, code: Int) throws {
    let place = try TemporaryFolder()
    let warehouse = place.url.appending(path: name)
    let job = warehouse.appending(path: "jobs/ingest-0001")
    try FileManager.default.createDirectory(
      at: job.appending(path: "state"), withIntermediateDirectories: true)
    try place.program(
      "my lethe", "printf '%s\\0' \"$@\" >\"$OUT\"; exit \(code)")
    let text = script(
      warehouse: warehouse.path, lethe: place.url.appending(path: "my lethe").path,
      body: JobScript.options(["--model", name, "--keep", "x y"]) + [
        "\"$lethe\" -w \"$warehouse\" \"${options[@]}\" --threads \"$threads\""
      ]
    ).text(job: "ingest-0001", folder: job.path)
    try Data(text.utf8).write(to: place.url.appending(path: "script"))
    let out = place.url.appending(path: "out").path
    _ = try bash([
      "-c",
      "OUT=$1 SLURM_CPUS_PER_TASK=5 SLURM_JOB_ID=9 SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=2"
        + " bash \"$0\" ingest", place.url.appending(path: "script").path, out,
    ])
    let words = try place.text("out").split(separator: "\0", omittingEmptySubsequences: false)
    #expect(
      words.dropLast().map(String.init)
        == ["-w", warehouse.path, "--model", name, "--keep", "x y", "--threads", "5"])
    let note = TaskNote(
      try String(contentsOf: job.appending(path: "state/ingest.2"), encoding: .utf8), id: "7")
    #expect(note.code == code)
    #expect(note.began != nil && note.seconds != nil)
  }

  @Test("notes of other submissions, torn lines, and clocks that jump are told apart")
  func notes() {
    let text = """
      begin 7 1000 n1
      end 7 1010 1
      begin 8 5000 n2
      end 8 40
      end 8 x 0
      begin 8
      nonsense
      """
    #expect(TaskNote(text, id: "7").code == 1)
    #expect(TaskNote(text, id: "7").seconds == 10)
    #expect(TaskNote(text, id: "8").began == 5000)
    #expect(TaskNote(text, id: "8").code == nil)
    #expect(TaskNote(text, id: "9").began == nil)
    let back = TaskNote("begin 8 5000 n\nend 8 4000 0\n", id: "8")
    #expect(back.code == 0 && back.seconds == nil)
    // Begun anew under the same id, after its node failed.
    let again = TaskNote("begin 8 1 n\nend 8 2 137\nbegin 8 3 m\n", id: "8")
    #expect(again.code == nil && again.host == "m")
    #expect(TaskNote("begin 8 1 n\nend 8 9223372036854775808 0\n", id: "8").code == nil)
  }
}
