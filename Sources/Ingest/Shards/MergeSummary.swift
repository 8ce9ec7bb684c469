public import Warehouse

/// What a merge found and did.
public struct MergeSummary: Sendable, Equatable {
  /// One shard of a plan.
  public struct Entry: Sendable, Equatable {
    /// What became of a shard.
    public enum State: Sendable, Equatable {
      /// It was there; what became of it.
      case found(ShardOutcome)
      /// It has no folder, and the warehouse lacks some of its blocks.
      case missing
    }

    /// Which.
    public let shard: Shard
    /// What became of it.
    public let state: State

    /// Whether it is left for later.
    public var isLeft: Bool {
      if case .found(.merged) = state { false } else { true }
    }
  }

  /// A model that was trained in a folder of its own.
  public struct Training: Sendable, Equatable {
    /// Its name.
    public let model: String
    /// What became of it.
    public let outcome: ShardOutcome

    /// Whether it was refused; a task that works, or is run again, takes its model in itself.
    public var isLeft: Bool {
      if case .refused = outcome { true } else { false }
    }
  }

  /// Every model whose training had a folder, by name.
  public var trainings: [Training] = []
  /// Every shard that was there or is missing, by count and number.
  public var entries: [Entry] = []
  /// Layers whose thresholds were found.
  public var thresholds = 0
  /// Layers whose candidates began too high: their bits need a second pass.
  public var again = 0

  /// Whether there was nothing to merge.
  public var isEmpty: Bool { entries.isEmpty && trainings.isEmpty }
  /// Whether something is left for later.
  public var isAnythingLeft: Bool {
    entries.contains(where: \.isLeft) || trainings.contains(where: \.isLeft)
  }
}
