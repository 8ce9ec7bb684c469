import CommandLineKit

/// `lethe export`: data for other programs.
struct ExportCommand: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes rows and arrays for other programs.",
    examples: [
      Example("lethe export csv predictions -o predictions.csv", "A public view"),
      Example("lethe export npy --inputs --model emotion -o inputs.npy", "An array for NumPy"),
    ],
    subcommands: Commands.export)

  let values: ArgumentValues
}
