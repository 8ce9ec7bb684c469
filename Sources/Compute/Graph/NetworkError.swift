/// Why a network cannot be built, run or trained.
public struct NetworkError: Error, Equatable, CustomStringConvertible {
  /// What kind of trouble.
  public enum Kind: Sendable, Equatable {
    /// The graph is not a network that can be run.
    case graph
    /// Parameters are missing, or have another shape than the graph needs.
    case parameters
    /// The input does not fit the network, or starts or stops where it cannot.
    case input
    /// The training options contradict themselves, or the set cannot be trained on.
    case training
    /// Training left the finite numbers.
    case diverged
    /// A checkpoint that does not belong to this training run, or is damaged.
    case checkpoint
  }
  /// What kind of trouble.
  public let kind: Kind
  /// What failed, on what, why, and what to do.
  public let description: String

  /// An error with its message.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
