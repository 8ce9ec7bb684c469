import CommandLineKit
import Query

/// `lethe concept list`: the concepts that are kept.
struct ConceptListCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "Lists the concepts that are kept.",
    discussion: "The rows of the view concepts, which lethe sql reads too.",
    examples: [
      Example("lethe concept list --au 12 --layer conv5_3", "AU12 in one layer of every variant"),
      Example("lethe concept list --model emotion --csv", "Everything of one variant"),
    ],
    parameters: ConceptArguments.selection + [ConceptArguments.samples, OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    try session.storedConcepts(
      ConceptArguments.chosen(values, units: values[ConceptArguments.units]))
  }
}
