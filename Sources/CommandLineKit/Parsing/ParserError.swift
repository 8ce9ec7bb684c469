/// A command line that the tables do not allow.
public struct ParserError: Error, Sendable {
  /// What is wrong.
  public enum Cause: Sendable, Equatable {
    /// No such command; `near` is what was probably meant.
    case unknownCommand(String, near: String?)
    /// A command that only holds others was called by itself.
    case missingCommand
    /// No such option or flag.
    case unknownOption(String, near: String?)
    /// An option without its value.
    case missingValue(option: String, valueName: String)
    /// A flag with a value.
    case unexpectedValue(flag: String, value: String)
    /// A value that the parameter does not take.
    case invalidValue(parameter: String, value: String, reason: String, near: String?)
    /// Arguments that must be given are not.
    case missingArguments([String])
    /// More arguments than the command takes.
    case unexpectedArgument(String)
    /// The command itself found the values to make no sense.
    case invalid(String)
  }

  /// What is wrong.
  public let cause: Cause
  /// The command whose table was violated.
  public let node: CommandNode

  init(_ cause: Cause, at node: CommandNode) {
    self.cause = cause
    self.node = node
  }
}
