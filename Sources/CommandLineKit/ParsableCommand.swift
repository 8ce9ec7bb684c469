/// One command: a table that describes it and the code that runs it.
///
/// The table (`configuration`) is all that the parser, the help, the completions and the reference
/// know of a command.
public protocol ParsableCommand: Sendable {
  /// The table that describes the command.
  static var configuration: CommandConfiguration { get }

  /// Makes the command from the values that were parsed by its table.
  init(values: ArgumentValues)

  /// Checks what the table cannot say; throws `ValidationError`.
  func validate() throws

  /// Does the work; throws `ExitCode` to end with a code other than 0.
  func run(_ console: Console) throws

  /// The exit code that an error thrown by a command ends with; asked of the root command.
  static func exitCode(for error: any Error) -> ExitCode

  /// The message that an error thrown by a command prints; asked of the root command.
  static func message(for error: any Error) -> String
}

extension ParsableCommand {
  /// Accepts everything.
  public func validate() throws {}

  /// Usage errors end with 2, a closed pipe with 0, everything else with 1.
  public static func exitCode(for error: any Error) -> ExitCode {
    switch error {
    case let code as ExitCode: code
    case is ValidationError: .usage
    case OutputError.closedPipe: .success
    default: .failure
    }
  }

  /// What the error says of itself.
  public static func message(for error: any Error) -> String { String(describing: error) }
}

/// A command that only holds others.
public protocol CommandFolder: ParsableCommand {}

extension CommandFolder {
  /// Never called by the parser, which asks for a subcommand.
  public func run(_ console: Console) throws {
    throw ValidationError("a subcommand of '\(Self.configuration.commandName)' is needed")
  }
}
