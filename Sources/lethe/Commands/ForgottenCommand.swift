public import CommandLineKit
public import Query

extension Outcome: ExpressibleByArgument {}

/// `lethe forgotten`: the samples that one variant knew and another does not.
struct ForgottenCommand: AskingCommand {
  static let outcome = Option<Outcome>(
    "outcome", help: "Which samples to list.", default: .forgotten)

  static let configuration = CommandConfiguration(
    commandName: "forgotten",
    abstract: "Lists the samples that a network forgot between two variants.",
    discussion: """
      A row a sample with its picture, its true label, both predictions with their confidence, \
      and the action units that it shows (4;6;12). The most confident before come first.
      """,
    examples: [
      Example("lethe forgotten emotion emotion-after-pain-b1", "What the full fine-tune forgot"),
      Example(
        "lethe forgotten emotion emotion-after-pain-b1 --where \"subject = 'p07'\" --limit 10",
        "The ten surest of one person"),
      Example(
        "lethe forgotten emotion emotion-after-pain-b1 --outcome gained --csv", "What it gained"),
    ],
    parameters: VariantPair.parameters + [outcome, SelectionOptions.group, OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    var question = ForgottenQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.outcome = values[Self.outcome]
    question.selection = SelectionOptions.selection(values)
    return try session.forgotten(question)
  }
}
