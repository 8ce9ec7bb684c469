import Testing

@testable import Jobs

@Suite("What Slurm prints") struct SlurmStateTests {
  private func task(_ id: String, _ number: Int = 0) -> SlurmState.Task {
    SlurmState.Task(id: id, number: number)
  }

  @Test("a queue is read; lines that make no sense are passed over")
  func squeue() {
    let states = SlurmState.squeue(
      """
      12_1|RUNNING|None
      12_2|PENDING|Dependency
      13|COMPLETED|None
      14|PENDING|DependencyNeverSatisfied
      15|FAILED|NonZeroExitCode|and more
      16_[1-4]|PENDING|Priority
      17+0|RUNNING|None
      |RUNNING|
      18
      19|running|None
      20_99999999999999999999|RUNNING|
      12.batch|RUNNING|None
      -1|RUNNING|None
      21|OUT_OF_MEMORY|
      22|\u{1b}[31mRUNNING|x
      \u{0}
      """)
    #expect(
      Set(states.keys)
        == [
          task("12", 1), task("12", 2), task("13"), task("14"), task("15"), task("21"),
        ])
    #expect(states[task("12", 1)] == SlurmState(word: "RUNNING", reason: nil))
    #expect(states[task("12", 2)]?.state == .pending)
    #expect(states[task("13")]?.state == .done)
    #expect(states[task("14")]?.state == .cancelled)
    #expect(states[task("15")]?.reason == "NonZeroExitCode|and more")
    #expect(states[task("21")]?.state == .failed)
  }

  @Test("accounting is read; steps of jobs are no tasks, later lines win")
  func sacct() {
    let states = SlurmState.sacct(
      """
      12_3|CANCELLED by 1000|0:15
      12_3.batch|COMPLETED|0:0
      13|NODE_FAIL|1:0
      13.extern|COMPLETED|0:0
      13|COMPLETED|0:0
      14|CANCELLED+|0:0
      """)
    #expect(states[task("12", 3)]?.state == .cancelled)
    #expect(states[task("12", 3)]?.reason == "exit code 0:15")
    #expect(states[task("13")]?.state == .done)
    #expect(states[task("14")]?.state == .cancelled)
    #expect(states.count == 3)
  }

  @Test("every word of Slurm's stands for a state that can be acted on")
  func words() {
    let expected: [String: TaskState] = [
      "PENDING": .pending, "CONFIGURING": .running, "COMPLETING": .running,
      "SUSPENDED": .running, "TIMEOUT": .failed, "BOOT_FAIL": .failed, "DEADLINE": .failed,
      "PREEMPTED": .failed, "NODE_FAIL": .failed, "REVOKED": .cancelled,
      "SOMETHING_NEW": .failed,
    ]
    for (word, state) in expected {
      #expect(SlurmState(word: word, reason: nil).state == state, "\(word)")
    }
  }
}
