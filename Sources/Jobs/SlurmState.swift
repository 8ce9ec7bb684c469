/// What Slurm says of a task.
public struct SlurmState: Sendable, Equatable {
  /// A task: the id of its job, and its number in the array, 0 where there is none.
  public struct Task: Sendable, Hashable {
    /// The id.
    public let id: String
    /// The number.
    public let number: Int

    /// A task with its parts.
    public init(id: String, number: Int) {
      self.id = id
      self.number = number
    }

    /// A task as Slurm writes it: `ID` or `ID_NUMBER`; nil for anything else, such as steps of a
    /// job and arrays that are written together.
    init?(_ text: some StringProtocol) {
      let parts = text.split(separator: "_", omittingEmptySubsequences: false)
      func isNumber(_ part: some StringProtocol) -> Bool {
        !part.isEmpty && part.utf8.count <= 18 && part.utf8.allSatisfy { (48...57).contains($0) }
      }
      guard (1...2).contains(parts.count), parts.allSatisfy({ isNumber($0) }) else { return nil }
      id = String(parts[0])
      number = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
    }
  }

  /// The state in Slurm's word, for example `RUNNING`.
  public let word: String
  /// Why, in Slurm's words, for example `Dependency`; nil where it gives no reason.
  public let reason: String?

  /// The state in Lethe's words.
  public var state: TaskState {
    // Slurm leaves some of what can never begin in the queue.
    if word == "PENDING", reason == "DependencyNeverSatisfied" { return .cancelled }
    return switch word {
    case "PENDING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT", "RESV_DEL_HOLD", "REQUEUE_FED":
      .pending
    case "RUNNING", "COMPLETING", "CONFIGURING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT",
      "RESIZING":
      .running
    case "COMPLETED": .done
    case "CANCELLED", "REVOKED": .cancelled
    default: .failed
    }
  }

  /// What `squeue --array --format=%i|%T|%r` printed; lines that make no sense are passed over.
  public static func squeue(_ text: String) -> [Task: SlurmState] {
    parse(text) { words in words.count == 3 ? String(words[2].prefix(200)) : nil }
  }

  /// What `sacct --parsable2 --array --format=JobID,State,ExitCode` printed; lines that make no
  /// sense are passed over.
  public static func sacct(_ text: String) -> [Task: SlurmState] {
    parse(text) { words in words.count == 3 ? "exit code \(words[2].prefix(20))" : nil }
  }

  private static func parse(
    _ text: String, reason: ([Substring]) -> String?
  ) -> [Task: SlurmState] {
    var states: [Task: SlurmState] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count >= 2, let task = Task(words[0]) else { continue }
      // “CANCELLED by 1000”, “CANCELLED+”.
      let word = words[1].prefix { $0.isASCII && ($0.isUppercase || $0 == "_") }
      guard !word.isEmpty else { continue }
      let why = reason(words).flatMap { $0.isEmpty || $0 == "None" ? nil : $0 }
      // A task that was started again is listed once more, later.
      states[task] = SlurmState(word: String(word), reason: why)
    }
    return states
  }
}

/// How a task stands.
public enum TaskState: String, Sendable, CaseIterable {
  /// It was not submitted.
  case waiting
  /// It waits in Slurm's queue.
  case pending
  /// It is under way.
  case running
  /// It ended well.
  case done
  /// It ended with an error.
  case failed
  /// It was stopped by a signal.
  case interrupted
  /// Somebody took it from the queue, or what it needs failed.
  case cancelled
  /// Its process is gone, and said nothing.
  case lost

  /// Whether it ended without being done, or cannot begin by itself.
  public var needsResubmission: Bool {
    switch self {
    case .waiting, .failed, .interrupted, .cancelled, .lost: true
    case .pending, .running, .done: false
    }
  }
}
