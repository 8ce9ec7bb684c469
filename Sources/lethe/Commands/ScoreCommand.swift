import CommandLineKit
import Query

/// `lethe score`: how well variants answer.
struct ScoreCommand: AskingCommand {
  enum Grouping: String, CaseIterable, ExpressibleByArgument {
    case `class`
  }

  static let models = Argument<[String]>(
    "model", help: "The variants; none: all of them.", completion: .models)
  static let grouping = Option<Grouping?>(
    "by", value: "WHAT", help: "Recall, precision and F1 of each class instead.")
  static let positive = Option<String?>(
    "positive", value: "CLASS",
    help: "The positive class of a task with two; if not given: the one named like the task.")

  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Scores the answers of variants.",
    discussion: """
      A row a measure: accuracy, balanced accuracy and macro-F1, and for two classes the area \
      under the ROC curve, each with a 95% interval by bootstrap over subjects.
      """,
    examples: [
      Example("lethe score", "Every variant on its test split"),
      Example(
        "lethe score emotion emotion-after-pain-b1 --by class", "Two variants, class by class"),
      Example("lethe score --split val --csv -o scores.csv", "Into a file"),
    ],
    parameters: [
      models, grouping, positive, RandomOptions.seed, RandomOptions.resamples,
      SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    var question = ScoreQuestion(models: values[Self.models])
    question.selection = SelectionOptions.selection(values)
    question.byClass = values[Self.grouping] == .class
    question.positive = values[Self.positive]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    return try session.score(question)
  }
}
