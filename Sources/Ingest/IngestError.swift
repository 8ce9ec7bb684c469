/// What stops something from being put into a warehouse.
public struct IngestError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What failed, on what, and why.
  public let problem: String
  /// What the user can do about it.
  public let advice: String

  /// An error with its advice.
  public init(_ problem: String, advice: String) {
    self.problem = problem
    self.advice = advice
  }

  /// The problem and, after it, the advice.
  public var description: String { "\(problem); \(advice)" }
}
