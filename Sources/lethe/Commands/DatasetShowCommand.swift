import CommandLineKit
import Query

/// `lethe dataset show`: what a data set holds.
struct DatasetShowCommand: AskingCommand {
  static let name = Argument<String>("name", help: "The data set.", completion: .datasets)
  static let rejected = Flag(
    "rejected", help: "List the records that were left out when it was added, and why.")

  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Counts the samples, subjects, labels and action units of a data set.",
    examples: [
      Example("lethe dataset show faces-emotion", "What it holds, and whether it is balanced"),
      Example("lethe dataset show faces-emotion --rejected", "What could not be read"),
    ],
    parameters: [name, rejected, OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    values[Self.rejected]
      ? try session.rejectedRecords(of: values[Self.name])
      : try session.datasetSheet(values[Self.name])
  }
}
