/// What somebody thinks a network forgot or gained between two models.
public struct HypothesisRecord: Sendable, Equatable {
  /// Whether there is less or more of the action units than before.
  public enum Direction: String, Sendable, CaseIterable, Codable {
    /// Less than before.
    case less
    /// More than before.
    case more
  }

  /// The model before.
  public var before: String
  /// The model after.
  public var after: String
  /// The data set that was looked at.
  public var dataset: String
  /// The split that was looked at.
  public var split: String
  /// What was seen, in words.
  public var text: String
  /// Whether it is less or more.
  public var direction: Direction
  /// The action units that it is about, ascending.
  public var aus: [Int]
  /// The samples that it was seen on.
  public var samples: [Int]

  /// A record of its parts.
  public init(
    before: String, after: String, dataset: String, split: String, text: String,
    direction: Direction, aus: [Int], samples: [Int] = []
  ) {
    self.before = before
    self.after = after
    self.dataset = dataset
    self.split = split
    self.text = text
    self.direction = direction
    self.aus = Array(Set(aus)).sorted()
    self.samples = samples
  }
}
