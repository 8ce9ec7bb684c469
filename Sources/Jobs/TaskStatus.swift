public import Foundation

/// How one task of a job stands.
public struct TaskStatus: Sendable, Equatable {
  /// The job's name.
  public let job: String
  /// What the job is: `ingest` or `ladder`.
  public let kind: String
  /// The step.
  public let step: String
  /// The number of the task; 0 where the step is no array.
  public let task: Int
  /// How it stands.
  public let state: TaskState
  /// The id that Slurm gave its last submission.
  public let id: String?
  /// When it began, seconds since 1970 by the node's clock.
  public let began: Int?
  /// How long it ran, or has been running.
  public let seconds: Int?
  /// Where, why, or the last line of its log.
  public let detail: String?

  /// The task as it is written: `STEP` or `STEP.N`.
  public var name: String { JobFolder.task(step, task) }
}

extension JobFolder {
  /// How every task of the job stands.
  ///
  /// What a task itself noted last comes first, then Slurm's queue, then its accounting; where Slurm
  /// knows nothing of a task that began, the lock that it would hold tells whether it lives.
  ///
  /// - Parameters:
  ///   - slurm: The programs to ask.
  ///   - now: Seconds since 1970.
  ///   - isHeld: Whether a process holds the lock of a warehouse or shard; nil: it cannot be told.
  /// - Returns: One status a task, in the order of the steps.
  /// - Throws: `JobError` if the job's record cannot be read.
  public func statuses(
    _ slurm: Slurm, now: Int = Int(Date().timeIntervalSince1970), isHeld: (URL) -> Bool?
  ) throws -> [TaskStatus] {
    let record = try read()
    let answer = slurm.states(of: Set(record.submissions.map(\.id)))
    return statuses(record, queue: answer.queue, past: answer.past, now: now, isHeld: isHeld)
  }

  func statuses(
    _ record: JobRecord, queue: [SlurmState.Task: SlurmState]?,
    past: [SlurmState.Task: SlurmState], now: Int, isHeld: (URL) -> Bool?
  ) -> [TaskStatus] {
    record.graph.steps.flatMap { step in
      step.numbers.map { number in
        let id = record.submission(of: step.name, number)?.id
        let note = id.map { self.note(step.name, number, id: $0) }
        let key = id.map { SlurmState.Task(id: $0, number: number) }
        let queued = key.flatMap { queue?[$0] }
        let said = queued ?? key.flatMap { past[$0] }
        func status(_ state: TaskState, _ detail: String?) -> TaskStatus {
          let running = state == .running ? note?.began.map { now - $0 } : nil
          return TaskStatus(
            job: name, kind: record.graph.kind, step: step.name, task: number, state: state,
            id: id.map { number == 0 ? $0 : "\($0)_\(number)" }, began: note?.began,
            seconds: note?.seconds ?? running.flatMap { $0 >= 0 ? $0 : nil }, detail: detail)
        }
        guard let note else { return status(.waiting, "not submitted") }
        if let code = note.code { return status(Self.state(code), detail(code, step, number)) }
        // A task that began and said no more is not done, whatever else is said of it.
        if let said, said.state != .done || note.began == nil {
          let word = said.word.lowercased()
          return status(said.state, said.reason.map { "\(word): \($0)" } ?? word)
        }
        guard note.began != nil else {
          return queue == nil
            ? status(.pending, "submitted; squeue does not answer here")
            : status(.lost, "Slurm does not know it any more, and it never began")
        }
        let isAlive = queue == nil ? isHeld(lockFolder(record, step, number)) ?? true : false
        return status(
          isAlive ? .running : .lost, isAlive ? note.host : "its process is gone: see its log")
      }
    }
  }

  /// The folder whose lock a task holds while it works.
  private func lockFolder(_ record: JobRecord, _ step: JobStep, _ number: Int) -> URL {
    let index = max(0, number - 1)
    guard step.folders.indices.contains(index) else {
      return url.deletingLastPathComponent().deletingLastPathComponent()
    }
    return URL(filePath: record.shards).appending(path: step.folders[index])
  }

  private static func state(_ code: Int) -> TaskState {
    switch code {
    case 0: .done
    // 130: lethe stopped as it was asked to; 128 + a signal that asks, of the script itself.
    case 130, 129, 143: .interrupted
    default: .failed
    }
  }

  private func detail(_ code: Int, _ step: JobStep, _ number: Int) -> String? {
    guard code != 0 else { return nil }
    let line = SmallFile.lastLine(log(step.name, number))
    return "code \(code)" + (line.map { ": \($0)" } ?? "")
  }
}
