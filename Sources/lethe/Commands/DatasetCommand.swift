import CommandLineKit

/// `lethe dataset`: the data sets of a warehouse.
struct DatasetCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "dataset",
    abstract: "Adds and shows data sets.",
    examples: [Example("lethe dataset list", "What there is")],
    subcommands: Commands.dataset)

  let values: ArgumentValues
}
