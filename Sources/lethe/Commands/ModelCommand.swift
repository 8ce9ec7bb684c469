import CommandLineKit

/// `lethe model`: the networks of a warehouse.
struct ModelCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Brings in, checks and shows networks.",
    examples: [Example("lethe model list", "What there is")],
    subcommands: Commands.model)

  let values: ArgumentValues
}
