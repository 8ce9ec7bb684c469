import Foundation

/// Submits the steps of a job, and notes each id as soon as it is known.
public struct JobSubmission {
  let folder: JobFolder
  let slurm: Slurm
  let time: String

  /// A submission of a job's steps; `time` is UTC, ISO 8601.
  public init(_ folder: JobFolder, slurm: Slurm, time: String) {
    self.folder = folder
    self.slurm = slurm
    self.time = time
  }

  /// Submits every task of a new job.
  ///
  /// - Returns: What was submitted.
  /// - Throws: `JobError` with what sbatch said; what was submitted before stays, and is noted.
  public func submitAll() throws -> [JobRecord.Submission] {
    try folder.locked {
      let record = try folder.read()
      return try submit(
        Dictionary(
          record.graph.steps.map { ($0.name, Set($0.numbers)) }, uniquingKeysWith: { a, _ in a }),
        record, state: { _, _ in .waiting })
    }
  }

  /// Submits again what failed, was cancelled or is lost, and what waits for it.
  ///
  /// - Parameter statuses: How every task stands, asked while nobody else submits.
  /// - Returns: What was submitted; empty if nothing needs it.
  /// - Throws: As `submitAll`.
  public func resubmit(_ statuses: () throws -> [TaskStatus]) throws -> [JobRecord.Submission] {
    try folder.locked {
      let record = try folder.read()
      var states: [String: [Int: TaskState]] = [:]
      for status in try statuses() { states[status.step, default: [:]][status.task] = status.state }
      let state: (String, Int) -> TaskState = { states[$0]?[$1] ?? .waiting }
      return try submit(
        JobSubmission.wanted(record.graph, state: state), record, state: state)
    }
  }

  /// The tasks that are to be submitted again, by step.
  static func wanted(
    _ graph: JobGraph, state: (String, Int) -> TaskState
  ) -> [String: Set<Int>] {
    var wanted: [String: Set<Int>] = [:]
    for step in graph.steps {
      var tasks = Set(step.numbers.filter { state(step.name, $0).needsResubmission })
      for need in step.needs where wanted[need.step]?.isEmpty == false {
        switch need.condition {
        // What gathers the others has to look once more, also if it was done.
        case .afterEnd: tasks.formUnion(step.numbers)
        case .afterOK, .afterSameTask: break
        }
      }
      wanted[step.name] = tasks
    }
    return wanted.filter { !$0.value.isEmpty }
  }

  private func submit(
    _ wanted: [String: Set<Int>], _ record: JobRecord, state: (String, Int) -> TaskState
  ) throws -> [JobRecord.Submission] {
    var record = record
    let before = record.submissions.count
    for step in record.graph.steps {
      let tasks = (wanted[step.name] ?? []).sorted()
      // Tasks that wait for different things are submitted apart.
      var groups: [(dependency: String, tasks: [Int])] = []
      for task in tasks {
        let dependency = dependency(of: step, task, record) { step, task in
          wanted[step]?.contains(task) == true || [.pending, .running].contains(state(step, task))
        }
        if let index = groups.firstIndex(where: { $0.dependency == dependency }) {
          groups[index].tasks.append(task)
        } else {
          groups.append((dependency, [task]))
        }
      }
      for group in groups {
        let id = try slurm.submit(
          Self.words(
            step, group.tasks, group.dependency, job: folder.name, folder: folder.url.path),
          in: folder.url)
        record.submissions.append(
          JobRecord.Submission(step: step.name, id: id, tasks: group.tasks, time: time))
        try folder.write(record)
      }
    }
    return Array(record.submissions[before...])
  }

  /// What a task has to wait for: those of its needs that are still to end.
  private func dependency(
    of step: JobStep, _ task: Int, _ record: JobRecord, isOpen: (String, Int) -> Bool
  ) -> String {
    step.needs.compactMap { need in
      let numbers =
        need.condition == .afterSameTask ? [task] : record.graph.step(need.step)?.numbers ?? []
      var ids: [String] = []
      for number in numbers where isOpen(need.step, number) {
        guard let id = record.submission(of: need.step, number)?.id, !ids.contains(id) else {
          continue
        }
        ids.append(id)
      }
      return ids.isEmpty
        ? nil : "\(need.condition.rawValue):\(ids.joined(separator: ":"))"
    }.joined(separator: ",")
  }

  /// The words after `sbatch` that submit some tasks of a step.
  static func words(
    _ step: JobStep, _ tasks: [Int], _ dependency: String, job: String, folder: String
  ) -> [String] {
    var words = ["--parsable", "--job-name=\(job).\(step.name)"]
    if folder.contains("%") {
      // Slurm reads % as a sign of its own even in the folder that a relative log lies in.
      let name = step.tasks == nil ? "%x.log" : "%x.%a.log"
      words.append("--output=\(folder.replacing("%", with: "%%"))/\(name)")
    }
    if step.tasks != nil { words.append("--array=\(ranges(tasks))") }
    if !dependency.isEmpty {
      // What can never begin leaves the queue, instead of waiting for ever.
      words += ["--dependency=\(dependency)", "--kill-on-invalid-dep=yes"]
    }
    return words + [step.script, step.name] + step.arguments
  }

  /// Numbers as sbatch takes them: `1-4,7`.
  static func ranges(_ numbers: [Int]) -> String {
    var runs: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = runs.last, last.upperBound + 1 == number {
        runs[runs.count - 1] = last.lowerBound...number
      } else {
        runs.append(number...number)
      }
    }
    return runs.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}

extension JobGraph {
  /// The commands that submit the whole graph, as lines of bash: each id goes into a variable that
  /// the steps after it name.
  ///
  /// - Parameters:
  ///   - job: The job's name.
  ///   - folder: The absolute path of its folder, where they are to be run.
  /// - Returns: A line a step.
  public func commands(job: String, folder: String) -> [String] {
    func variable(_ step: String) -> String {
      "id_" + step.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }
    return steps.map { step in
      let dependency = step.needs.map { "\($0.condition.rawValue):$\(variable($0.step))" }
        .joined(separator: ",")
      let words = JobSubmission.words(
        step, step.numbers, dependency, job: job, folder: folder
      ).map { word in
        word.hasPrefix("--dependency=") ? word : ShellWords.quoted(word)
      }
      return "\(variable(step.name))=$(sbatch \(words.joined(separator: " ")))"
    }
  }
}
