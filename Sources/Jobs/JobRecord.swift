import Foundation

/// What `job.json` in a job's folder says: its steps, and what was submitted of them.
public struct JobRecord: Codable, Sendable, Equatable {
  /// A call of sbatch that was answered with an id.
  public struct Submission: Codable, Sendable, Equatable {
    /// The step.
    public let step: String
    /// The id that Slurm gave, digits.
    public let id: String
    /// The numbers of the tasks; 0 alone where the step is no array.
    public let tasks: [Int]
    /// When, UTC, ISO 8601.
    public let time: String
  }

  /// The number of the file's layout.
  public let version: Int
  /// The job's name: that of its folder.
  public let name: String
  /// When it was written, UTC, ISO 8601.
  public let created: String
  /// The absolute path of the folder that shards lie in.
  public let shards: String
  /// Its steps.
  public let graph: JobGraph
  /// What was submitted, in order.
  public var submissions: [Submission] = []

  init(name: String, created: String, shards: String, graph: JobGraph) {
    version = 1
    self.name = name
    self.created = created
    self.shards = shards
    self.graph = graph
  }

  /// The last submission of a task, if it was submitted.
  func submission(of step: String, _ task: Int) -> Submission? {
    submissions.last { $0.step == step && $0.tasks.contains(task) }
  }

  /// Throws unless it can be one that this program wrote.
  func check(folder: String) throws {
    guard version == 1, name == folder else {
      throw JobError(
        .file, "\(folder)/job.json", "this is no job that this version of lethe writes",
        advice: "write the job anew")
    }
    try graph.check()
    for submission in submissions {
      let tasks = Set(graph.step(submission.step)?.numbers ?? [])
      guard submission.id.wholeMatch(of: #/[0-9]{1,20}/#) != nil, !submission.tasks.isEmpty,
        tasks.isSuperset(of: submission.tasks)
      else {
        throw JobError(
          .file, "\(folder)/job.json", "a submission in it makes no sense",
          advice: "write the job anew")
      }
    }
  }
}
