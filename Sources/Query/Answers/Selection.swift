/// Which samples a question is about, as far as the asker says.
public struct Selection: Sendable, Equatable {
  /// The name of the data set; nil to find the only one that can be meant.
  public var dataset: String?
  /// The split; nil for `test` if the data set has one, else `val`.
  public var split: SplitChoice?
  /// A SQL expression over the columns of `samples`.
  public var filter: String?

  /// A selection; by default nothing is said.
  public init(dataset: String? = nil, split: SplitChoice? = nil, filter: String? = nil) {
    self.dataset = dataset
    self.split = split
    self.filter = filter
  }
}

/// A split of a data set, or all of it.
public enum SplitChoice: String, Sendable, CaseIterable {
  /// What networks are trained on.
  case train
  /// What training is stopped by.
  case val
  /// What nothing was tuned to.
  case test
  /// Every sample.
  case all
}
