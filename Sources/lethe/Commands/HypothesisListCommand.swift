import CommandLineKit
import Query

/// `lethe hypothesis list`: what was written down.
struct HypothesisListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the hypotheses that were written down.",
    examples: [Example("lethe hypothesis list --md", "What there is")],
    parameters: [OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer { session.hypotheses() }
}
