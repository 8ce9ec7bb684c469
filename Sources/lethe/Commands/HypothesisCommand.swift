import CommandLineKit

/// `lethe hypothesis`: what people think was forgotten, written down and tested.
struct HypothesisCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "hypothesis",
    abstract: "Keeps and tests what people think was forgotten.",
    examples: [
      Example("lethe hypothesis add hypotheses-emotion-pain.json", "What a report saved"),
      Example("lethe hypothesis test", "Is it so?"),
    ],
    subcommands: Commands.hypothesis)

  let values: ArgumentValues
}
