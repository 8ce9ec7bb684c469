public import CommandLineKit
public import Query

extension PairsQuestion.Place: ExpressibleByArgument {}

/// `lethe pairs`: how strongly variants react to single action units, by minimal pairs.
struct PairsCommand: ParsableCommand {
  static let models = Argument<[String]>(
    "model", help: "The variants; none: every one that was run over the data set.",
    completion: .models)
  static let place = Option<PairsQuestion.Place>(
    "by", help: "Where the reaction is looked for.", default: .logit)
  static let units = Option<[String]>(
    "au", value: "A,…", help: "The action units (12,25); none, or all: those that pairs switch.",
    check: { ConceptArguments.isUnit($0) ? nil : "is no number of an action unit" })
  static let layers = Option<[String]>(
    "layer", value: "L,…", help: "With --by layer, the layers; none: all.", completion: .layers)

  static let configuration = CommandConfiguration(
    commandName: "pairs",
    abstract: "Measures how variants react to single action units, by minimal pairs.",
    discussion: """
      A minimal pair is one face, pose and light with one action unit off and on: 'lethe faces DIR \
      --pairs all' writes them, to be added as a data set and ingested. By logit, a row for each \
      variant, action unit and class: the mean change of the logit and of the probability, and the \
      share of pairs whose prediction changes. By layer, a row for each layer and action unit: how \
      far the channel means move, relative to their length, beside the noise: the same distance \
      between different pictures without the action unit. With two variants each row has both and \
      their difference, with a test. Intervals (95%, bootstrap) and tests (sign flips) are over \
      subjects.
      """,
    examples: [
      Example("lethe pairs --au 12", "What AU12 does to the answers of every variant"),
      Example("lethe pairs emotion emotion-after-pain-b1", "What the full fine-tune changed"),
      Example(
        "lethe pairs emotion pain-b1 --by layer --layer conv5_3,fc7",
        "Where two variants feel each action unit"),
    ],
    parameters: [
      models, place, units, layers, RandomOptions.group, SelectionOptions.group,
      OutputOptions.group,
    ])

  let values: ArgumentValues

  func validate() throws {
    if !values[Self.layers].isEmpty && values[Self.place] != .layer {
      throw ValidationError("--layer needs --by layer")
    }
  }

  func run(_ console: Console) throws {
    var question = PairsQuestion(models: values[Self.models])
    question.place = values[Self.place]
    question.units = ConceptArguments.units(of: values[Self.units])
    question.layers = values[Self.layers]
    question.selection = SelectionOptions.selection(values)
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    try Asking.answer(values, on: console) { asking in
      try asking.session.pairs(question, of: asking.store)
    }
  }
}
