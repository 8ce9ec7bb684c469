/// How long work tells about itself, and how it learns that it should stop.
public struct Monitor: Sendable {
  /// Where a piece of long work stands.
  public struct Progress: Sendable {
    /// What is being done, for example `ingest emotion: pain-b3`.
    public let title: String
    /// Units done so far.
    public let done: Int
    /// Units in all.
    public let total: Int
    /// What a unit is, in the plural: `pictures`, `steps`.
    public let unit: String
    /// A short remark, for example the loss; may be empty.
    public let remark: String

    /// A state of its parts.
    public init(title: String, done: Int, total: Int, unit: String, remark: String) {
      self.title = title
      self.done = done
      self.total = total
      self.unit = unit
      self.remark = remark
    }
  }

  /// Called often with the state of the work that runs.
  public let progress: @Sendable (Progress) -> Void
  /// Called for each line worth keeping, for example the result of an epoch.
  public let message: @Sendable (String) -> Void
  /// Whether the user asked to stop: long work then throws `CancellationError`.
  public let isCancelled: @Sendable () -> Bool

  /// A monitor made of its three parts.
  public init(
    progress: @escaping @Sendable (Progress) -> Void = { _ in },
    message: @escaping @Sendable (String) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.progress = progress
    self.message = message
    self.isCancelled = isCancelled
  }

  /// Throws `CancellationError` if the user asked to stop.
  func check() throws {
    if isCancelled() { throw CancellationError() }
  }

  func report(
    _ title: String, _ done: Int, of total: Int, _ unit: String, remark: String = ""
  ) {
    progress(Progress(title: title, done: done, total: total, unit: unit, remark: remark))
  }
}
