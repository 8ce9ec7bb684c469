public import CommandLineKit
public import Query

extension EventsQuestion.Rows: ExpressibleByArgument {}

/// `lethe events`: when samples were forgotten along the ladder.
struct EventsCommand: AskingCommand {
  static let rows = Option<EventsQuestion.Rows>("by", help: "What a row is.", default: .rung)

  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Counts forgetting events along the ladder between two variants.",
    discussion: """
      A forgetting event is a sample that one rung has right and the next one wrong. The rungs are \
      the variants between the two that train less of the network than AFTER. By rung: accuracy, \
      events and the reverse since the rung before, samples forgotten at least once so far, the \
      best accuracy so far minus this one (forgetting), and the accuracy minus that of BEFORE \
      (backward transfer) with a 95% interval by bootstrap over subjects. By sample: how often it \
      was forgotten, by which rung first, and right (1) or wrong (0) rung by rung.
      """,
    examples: [
      Example("lethe events emotion emotion-after-pain-b1", "The ladder, rung by rung"),
      Example(
        "lethe events emotion emotion-after-pain-b1 --by sample --limit 20",
        "The pictures that were forgotten most often"),
    ],
    parameters: VariantPair.parameters + [
      rows, RandomOptions.seed, RandomOptions.resamples, SelectionOptions.group,
      OutputOptions.group,
    ])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    var question = EventsQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.rows = values[Self.rows]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    return try session.events(question)
  }
}
