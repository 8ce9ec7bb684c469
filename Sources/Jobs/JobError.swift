/// Why jobs cannot be written, submitted or followed: what failed, on what, why and what to do.
public struct JobError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  public enum Cause: Sendable, Equatable {
    /// What was given makes no sense.
    case invalid
    /// There is no such job or task.
    case unknown
    /// A program of Slurm is missing, or says no.
    case slurm
    /// A file cannot be written, or is damaged.
    case file
  }

  /// The kind of failure.
  public let cause: Cause
  /// What it happened to.
  public let subject: String
  /// What failed and why.
  public let problem: String
  /// What to do about it.
  public let advice: String

  /// An error with its parts.
  public init(_ cause: Cause, _ subject: String, _ problem: String, advice: String) {
    self.cause = cause
    self.subject = subject
    self.problem = problem
    self.advice = advice
  }

  /// `subject: problem; advice`, in one line.
  public var description: String { "\(subject): \(problem); \(advice)" }
}
