/// One step of a job: a script that sbatch runs once, or once a task.
public struct JobStep: Codable, Sendable, Equatable {
  /// When a step may begin after one that it needs, in sbatch's words.
  public enum Condition: String, Codable, Sendable {
    /// All of it ended well.
    case afterOK = "afterok"
    /// The task of the same number ended well.
    case afterSameTask = "aftercorr"
    /// All of it ended, however.
    case afterEnd = "afterany"
  }

  /// A step that must have ended before.
  public struct Need: Codable, Sendable, Equatable {
    /// Its name.
    public let step: String
    /// How.
    public let condition: Condition

    /// A need with its parts.
    public init(_ step: String, _ condition: Condition) {
      self.step = step
      self.condition = condition
    }
  }

  /// Its name: letters, digits and `-`.
  public let name: String
  /// The script, a file of the job's folder.
  public let script: String
  /// Words that the script gets.
  public let arguments: [String]
  /// How many tasks it has, numbered from 1; nil: it is run once, and is no array.
  public let tasks: Int?
  /// What must have ended before it begins.
  public let needs: [Need]
  /// For each task, the folder below `shards` that it works in; empty where it has none.
  public let folders: [String]

  /// A step with its parts.
  public init(
    _ name: String, script: String, arguments: [String] = [], tasks: Int? = nil,
    needs: [Need] = [], folders: [String] = []
  ) {
    self.name = name
    self.script = script
    self.arguments = arguments
    self.tasks = tasks
    self.needs = needs
    self.folders = folders
  }

  /// The numbers of its tasks; 0 alone where it is run once.
  public var numbers: [Int] { tasks.map { Array(1...max(1, $0)) } ?? [0] }
}

/// The steps of a job, each after those that it needs.
public struct JobGraph: Codable, Sendable, Equatable {
  /// What the job is: `ingest` or `ladder`.
  public let kind: String
  /// The steps, in an order in which they can be submitted.
  public let steps: [JobStep]

  /// A graph of steps.
  ///
  /// - Throws: `JobError` if two steps have one name, or a step comes before one that it needs.
  public init(kind: String, steps: [JobStep]) throws {
    self.kind = kind
    self.steps = steps
    try check()
  }

  func check() throws {
    var known: [String: JobStep] = [:]
    for step in steps {
      let isNamed = step.name.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9.\-]*/#) != nil
      let isScript = step.script.wholeMatch(of: #/[a-z]+\.sbatch/#) != nil
      guard isNamed, isScript, known[step.name] == nil, step.tasks ?? 1 >= 1,
        step.tasks ?? 1 <= 10_000, step.folders.count <= max(1, step.tasks ?? 1)
      else { throw damaged("the step `\(step.name)` makes no sense") }
      for need in step.needs {
        guard let other = known[need.step] else {
          throw damaged("the step `\(step.name)` comes before `\(need.step)`, which it needs")
        }
        // Tasks of the same number are only there in arrays of one size.
        if need.condition == .afterSameTask, other.tasks == nil || other.tasks != step.tasks {
          throw damaged("the tasks of `\(step.name)` are not those of `\(need.step)`")
        }
      }
      known[step.name] = step
    }
  }

  /// The step of a name.
  public func step(_ name: String) -> JobStep? { steps.first { $0.name == name } }

  private func damaged(_ problem: String) -> JobError {
    JobError(.file, "the graph of jobs", problem, advice: "write the job anew")
  }
}
