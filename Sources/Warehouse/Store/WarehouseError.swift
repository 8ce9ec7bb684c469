/// Why a warehouse cannot do what it was asked: what failed, on what, and what to do.
public struct WarehouseError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kind of failure.
  public enum Cause: String, Sendable, CaseIterable {
    /// There is nothing at the place.
    case missing
    /// What is at the place is something else.
    case notAWarehouse
    /// A newer version of the program made the warehouse.
    case newerVersion
    /// An older version made it, and it has not been brought up to date.
    case olderVersion
    /// Another process writes to it.
    case locked
    /// It may not be written to.
    case readOnly
    /// An array that was asked for is not stored.
    case notStored
    /// There is nothing of that name.
    case unknownName
    /// Something of that name is there already and differs.
    case conflict
    /// What was given cannot be stored.
    case invalid
    /// The warehouse contradicts itself: a file is missing or is not what its row says.
    case damaged
    /// The disk did not take what was written.
    case writeFailed
  }

  /// The kind of failure.
  public let cause: Cause
  /// What it happened to: a path, a name, an array.
  public let subject: String
  /// What failed and why.
  public let problem: String
  /// What to do about it.
  public let advice: String?

  /// An error with its parts; `problem` and `advice` are without a full stop.
  public init(_ cause: Cause, _ subject: String, _ problem: String, advice: String? = nil) {
    self.cause = cause
    self.subject = subject
    self.problem = problem
    self.advice = advice
  }

  /// `subject: problem; advice`, in one line.
  public var description: String {
    let start = "\(subject): \(problem)"
    return advice.map { "\(start); \($0)" } ?? start
  }
}

extension WarehouseError {
  /// There is no `kind` called `name`; a close name is suggested, else the names are listed.
  static func unknown(_ kind: String, _ name: String, among names: [String]) -> WarehouseError {
    let advice: String
    if let near = nearestName(to: name, among: names) {
      advice = "did you mean \(near)?"
    } else if names.isEmpty {
      advice = "there is none yet"
    } else {
      let shown = names.prefix(20).joined(separator: ", ")
      advice = "there are \(shown)" + (names.count > 20 ? ", …" : "")
    }
    return WarehouseError(.unknownName, name, "there is no \(kind) of that name", advice: advice)
  }
}
