/// What was recognised of a network that came in.
public struct ModelSummary: Sendable, Equatable {
  /// What it is called.
  public var name: String
  /// What kind of file it came from.
  public var format = ""
  /// The input, for example 3×224×224; nil for a model that Lethe cannot run.
  public var input: String?
  /// The named layers in order.
  public var layers: [String] = []
  /// Numbers that it has learnt.
  public var parameters: Int?
  /// The classes in the order of the logits.
  public var classes: [String] = []
  /// The preprocessing in words.
  public var preprocessing = ""
  /// The model that it comes from, and the layers from the first on that are equal to its.
  public var shared: SharedPrefix?
  /// What a user should know, a sentence each.
  public var notes: [String] = []

  /// A summary of which only the name is known.
  init(name: String) { self.name = name }

  /// The frozen prefix of a network and its parent, found from their weights.
  public struct SharedPrefix: Sendable, Equatable {
    /// The parent's name.
    public var parent: String
    /// The layers from the first on whose values are the parent's.
    public var layers: [String]
  }
}
