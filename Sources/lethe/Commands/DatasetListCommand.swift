import CommandLineKit
import Query

/// `lethe dataset list`: every data set.
struct DatasetListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the data sets.",
    examples: [Example("lethe dataset list", "Names, formats, places and sizes")],
    parameters: [OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) -> Answer { session.datasets() }
}
