import CommandLineKit

/// `lethe neurons`: which pictures drive units of a layer.
struct NeuronsCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "neurons",
    abstract: "Finds the pictures that drive units of a layer.",
    examples: [
      Example("lethe neurons top conv5_3:37 --model emotion", "What channel 37 answers to"),
      Example("lethe neurons nearest 812 --layer fc7 --model emotion", "What fc7 finds alike"),
      Example("lethe neurons index conv5_3 --model emotion", "Made once, for faster questions"),
    ],
    subcommands: Commands.neurons)

  let values: ArgumentValues
}
