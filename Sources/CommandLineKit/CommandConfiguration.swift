/// The table of a command: everything that parsing, help, completions and the reference need.
public struct CommandConfiguration: Sendable {
  /// The word that calls the command.
  public let commandName: String
  /// What the command does, in one sentence.
  public let abstract: String
  /// What else a user must know; paragraphs are separated by an empty line.
  public let discussion: String
  /// Invocations that work, each with its purpose.
  public let examples: [Example]
  /// Positional arguments, options and flags in the order of the help.
  public let parameters: [Parameter]
  /// The commands below this one, grouped for the help.
  public let groupedSubcommands: [CommandGroup]

  /// Makes a table; every command must bring an example.
  public init(
    commandName: String, abstract: String, discussion: String = "", examples: [Example],
    parameters: [any ParameterConvertible] = [],
    subcommands: [any ParsableCommand.Type] = [], groupedSubcommands: [CommandGroup] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.examples = examples
    self.parameters = parameters.flatMap(\.parameters)
    let ungrouped = subcommands.isEmpty ? [] : [CommandGroup("Commands", subcommands)]
    self.groupedSubcommands = ungrouped + groupedSubcommands
  }

  /// The commands below this one.
  public var subcommands: [any ParsableCommand.Type] { groupedSubcommands.flatMap(\.subcommands) }
}

/// Commands that stand under one heading in the help.
public struct CommandGroup: Sendable {
  /// The heading.
  public let name: String
  /// The commands in the order of the help.
  public let subcommands: [any ParsableCommand.Type]

  /// Groups commands under a heading.
  public init(_ name: String, _ subcommands: [any ParsableCommand.Type]) {
    self.name = name
    self.subcommands = subcommands
  }
}

/// An invocation as a user would type it, with what it is for.
public struct Example: Sendable {
  /// The command line.
  public let command: String
  /// What it is for.
  public let purpose: String

  /// Makes an example.
  public init(_ command: String, _ purpose: String) {
    self.command = command
    self.purpose = purpose
  }
}
