/// What the process ends with; a command throws it to end with something other than success.
public struct ExitCode: Error, Hashable, Sendable, RawRepresentable {
  /// The number that the shell sees.
  public let rawValue: Int32

  /// Makes a code from its number.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// Done, or the reader of standard output has gone.
  public static let success = ExitCode(rawValue: 0)
  /// Something failed.
  public static let failure = ExitCode(rawValue: 1)
  /// The command line is wrong.
  public static let usage = ExitCode(rawValue: 2)
}

/// The command line is well formed but makes no sense; ends with `ExitCode.usage`.
public struct ValidationError: Error, CustomStringConvertible, Sendable {
  /// What is wrong and what to do.
  public let message: String

  /// Makes an error from its message.
  public init(_ message: String) { self.message = message }

  /// The message.
  public var description: String { message }
}
