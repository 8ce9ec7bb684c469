import CommandLineKit

/// The root of all commands.
struct Lethe: CommandFolder {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "lethe",
    abstract: "Asks what a network forgot when it was fine-tuned.",
    discussion: """
      Lethe runs every variant of a network over the emotion and pain data sets once, keeps what \
      its layers said beside labels and action units in a warehouse, a folder, and answers \
      questions about it.

      Results go to standard output, as a table on a terminal and as CSV into a pipe; messages \
      and progress go to standard error. Exit codes: 0 done, 1 failed, 2 wrong command line, \
      3 nothing found or a verification that differs, 130 interrupted.
      """,
    examples: [
      Example("lethe score", "How well every variant does"),
      Example("lethe flips emotion emotion-after-pain-b1", "What changed between two variants"),
      Example(
        "lethe sql \"SELECT model, avg(correct) FROM predictions GROUP BY 1\"", "Any question"),
    ],
    parameters: [GlobalOptions.group],
    groupedSubcommands: Commands.groups)

  let values: ArgumentValues

  static func exitCode(for error: any Error) -> ExitCode { ErrorReport(error).code }

  static func message(for error: any Error) -> String { ErrorReport(error).message }
}
