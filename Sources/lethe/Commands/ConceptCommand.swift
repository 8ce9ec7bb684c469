import CommandLineKit

/// `lethe concept`: which action units a layer encodes.
struct ConceptCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "concept",
    abstract: "Finds which action units a layer encodes.",
    examples: [
      Example("lethe concept fit --au 12 --layer conv5_3", "Of every variant"),
      Example("lethe concept list --au 12", "What was found"),
      Example("lethe concept filters 12 --layer conv5_3", "Which channels carry it"),
    ],
    subcommands: Commands.concept)

  let values: ArgumentValues
}
