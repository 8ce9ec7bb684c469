/// How questions about units look things up; no answer depends on it.
public struct NeuronSetting: Sendable, Equatable {
  /// Whether indexes are used, and made where they are missing.
  public var usesIndex = true
  /// Threads that run a network.
  public var threads = 1
  /// Whether the notes say what was read and what was computed again.
  public var explains = false

  /// The usual setting.
  public init() {}
}
