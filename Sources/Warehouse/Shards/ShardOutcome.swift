/// What became of a shard that was to be merged.
public enum ShardOutcome: Sendable, Equatable {
  /// The warehouse has everything that is in it: `segments` came now, `bytes` large.
  case merged(segments: Int, bytes: Int)
  /// A task works on it.
  case running
  /// Its task has not ended well.
  case unfinished
  /// It does not belong to the warehouse or is damaged; why.
  case refused(String)
}

/// Candidates for thresholds that a shard has of a layer, and what the warehouse knows of it.
public struct CandidateOffer: Sendable {
  /// What the shard's candidates are above.
  public let bounds: ProvisionalBounds
  /// What those in the warehouse are above, if it has bounds.
  public let known: ProvisionalBounds?
  /// The thresholds, where they have been found.
  public let thresholds: Thresholds?
}

/// What is done with offered candidates.
public enum CandidateAnswer: Sendable {
  /// They are taken; the bounds become these, unless they need not be kept any more.
  case take(ProvisionalBounds?)
  /// They are of no use: they begin too high.
  case leave
}

/// Shards in a folder.
public struct ShardFolder: Sendable, Equatable {
  /// Which part the folder holds, by its name.
  public let shard: Shard
  /// What is computed in it; nil if it cannot be told.
  public let plan: String?
}
