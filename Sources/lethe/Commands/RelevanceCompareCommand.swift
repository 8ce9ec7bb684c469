import CommandLineKit
import Query

/// `lethe relevance compare`: where the relevance went between two variants.
struct RelevanceCompareCommand: AskingCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compares how much relevance falls on each action unit before and after.",
    discussion: """
      A row an action unit and outcome (forgotten, retained, …): the share of a picture's positive \
      relevance that falls on the action unit, before and after, the change with its 95% interval \
      by bootstrap over subjects and its sign-flip p over them; the same for the mass over the \
      mask's share of the picture; and the change of rank accuracy and of pointing-game hits. \
      Pictures count whose relevance was kept for both variants: lethe relevance run.
      """,
    examples: [
      Example(
        "lethe relevance compare emotion emotion-after-pain-b1", "Where did the attention go?"),
      Example(
        "lethe relevance compare emotion emotion-after-pain-b1 --composite epsilon-gamma-box --csv",
        "By other rules, once they were run"),
    ],
    parameters: VariantPair.parameters + [
      MethodOptions.group, RandomOptions.group, SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    try session.relevanceChanges(Self.question(values))
  }

  /// What the options of a comparison say.
  static func question(_ values: ArgumentValues) -> RelevanceCompareQuestion {
    var question = RelevanceCompareQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.method = MethodOptions.method(values)
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    return question
  }
}
