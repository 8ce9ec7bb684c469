import CommandLineKit
import Query

/// `lethe model list`: every network.
struct ModelListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the networks.",
    examples: [Example("lethe model list", "Names, tasks, parents and what training moved")],
    parameters: [OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) -> Answer { session.models() }
}
