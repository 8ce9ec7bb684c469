/// How strongly networks react to one action unit, by minimal pairs: two pictures of one face, pose
/// and light, with the action unit and without.
public struct PairsQuestion: Sendable, Equatable {
  /// What the reaction is looked for in.
  public enum Place: String, Sendable, CaseIterable {
    /// The logits, one a class.
    case logit
    /// The channel means of each layer.
    case layer
  }

  /// The models; none: every one whose activations over the data set are stored.
  public var models: [String] = []
  /// What the reaction is looked for in.
  public var place = Place.logit
  /// The pictures; if not given, the data set of pairs, whole.
  public var selection = Selection()
  /// The action units; none: all that a pair switches.
  public var units: [Int] = []
  /// The layers, by name; none: all.
  public var layers: [String] = []
  /// The seed of bootstrap and permutations, and of the pictures that the noise is taken from.
  public var seed: UInt64 = 1
  /// Resamples of subjects.
  public var resamples = 2_000
  /// Sign patterns over subjects, where they cannot all be counted.
  public var permutations = 20_000

  /// A question about models.
  public init(models: [String] = []) { self.models = models }
}
