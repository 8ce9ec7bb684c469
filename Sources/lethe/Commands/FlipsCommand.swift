import CommandLineKit
import Query

/// `lethe flips`: how the answers of one variant turned into those of another.
struct FlipsCommand: AskingCommand {
  static let control = Option<String?>(
    "control", value: "MODEL",
    help: "Also subtract the flips to this variant, such as a retrained head alone.",
    completion: .models)

  static let byClass = Flag("by-class", help: "A row a class: its recall before and after.")

  static let configuration = CommandConfiguration(
    commandName: "flips",
    abstract: "Counts what a network forgot and gained between two variants.",
    discussion: """
      One row: the 2×2 of right and wrong before and after, the negative and positive flip rates, \
      churn, the negative flip rate that independent errors would give, McNemar's mid-p over \
      frames, the sign-flip permutation p over subjects, and a 95% interval of the negative flip \
      rate by bootstrap over subjects. With --by-class, a row a class instead: its recall before \
      and after, the change with its interval and p over subjects, corrected over the classes.
      """,
    examples: [
      Example("lethe flips emotion emotion-after-pain-b1", "What the full fine-tune changed"),
      Example(
        "lethe flips emotion emotion-after-pain-b1 --control emotion-after-pain-fc",
        "The same, minus what a new head alone changes"),
      Example("lethe flips emotion emotion-after-pain-b1 --by-class", "Which emotions suffered"),
      Example(
        "lethe flips emotion emotion-after-pain-b1 --where \"subject LIKE 'p0%'\" --json",
        "Over some people only"),
    ],
    parameters: VariantPair.parameters + [
      control, byClass, RandomOptions.group, SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    var question = FlipsQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.control = values[Self.control]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    guard values[Self.byClass] else { return try session.flips(question) }
    guard question.control == nil else {
      throw ValidationError("--by-class and --control exclude each other: leave out one")
    }
    return try session.classChanges(question)
  }
}
