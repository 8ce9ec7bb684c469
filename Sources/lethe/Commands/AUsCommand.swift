import CommandLineKit
import Query

/// `lethe aus`: the action units that forgotten samples share.
struct AUsCommand: AskingCommand {
  static let minimum = Option<Double?>(
    "min-intensity", value: "X",
    help: "Count an action unit as present from this intensity on; if not given: from any.")
  static let power = Flag(
    "power", help: "Also show the strata and the smallest odds ratio that could have been found.")

  static let configuration = CommandConfiguration(
    commandName: "aus",
    abstract: "Compares the action units of forgotten and of retained samples.",
    discussion: """
      A row an action unit: its share among forgotten and among retained samples, the odds ratio, \
      and the Cochran–Mantel–Haenszel odds ratio over the true labels with its 95% interval, p, \
      and p after Holm over the action units. A sample for which a unit was not coded is unknown, \
      never absent. The tests take samples for independent.
      """,
    examples: [
      Example(
        "lethe aus emotion emotion-after-pain-b1", "Which units the forgotten pictures share"),
      Example(
        "lethe aus emotion emotion-after-pain-b1 --min-intensity 2 --md", "From intensity B on"),
    ],
    parameters: VariantPair.parameters + [
      minimum, power, SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    var question = AUQuestion(before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.minimumIntensity = values[Self.minimum]
    question.showsPower = values[Self.power]
    return try session.actionUnits(question)
  }
}
