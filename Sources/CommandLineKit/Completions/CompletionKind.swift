/// What a shell offers for a value.
public enum CompletionKind: Sendable, Equatable {
  /// Nothing.
  case none
  /// One of these words.
  case list([String])
  /// Files, with one of these extensions if any is named.
  case file(extensions: [String] = [])
  /// Folders.
  case directory
  /// The lines that the program prints when it is called with these arguments.
  case program([String])
}
