import CommandLineKit

/// The root of the studies that say how far the program's statistics can be trusted.
struct Studies: CommandFolder {
  static let configuration = CommandConfiguration(
    commandName: "lethe-studies",
    abstract: "Checks the statistics of lethe where the truth is known.",
    discussion: """
      The figures of docs/statistics.md come from here. Tables go to a folder as CSV and Markdown, \
      and as Markdown to standard output; progress goes to standard error.
      """,
    examples: [
      Example("lethe-studies simulate results", "Every simulation, 500 repetitions each")
    ],
    groupedSubcommands: [CommandGroup("Studies", [SimulateCommand.self, KnownAnswerCommand.self])])

  let values: ArgumentValues
}
