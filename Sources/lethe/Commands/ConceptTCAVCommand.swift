public import CommandLineKit
public import Query

extension TCAVQuestion.Vector: ExpressibleByArgument {}

/// `lethe concept tcav`: whether action units push networks towards their classes.
struct ConceptTCAVCommand: ParsableCommand {
  static let units = Option<[String]>(
    "au", value: "A,…", help: "The action units (12,25); none, or all: every one that was coded.",
    check: { ConceptArguments.isUnit($0) ? nil : "is no number of an action unit" })
  static let layers = Option<[String]>(
    "layer", value: "L,…", help: "The layers; at least one.", completion: .layers)
  static let models = Option<[String]>(
    "model", value: "M,…",
    help: "The variants, of one task; those after the first are also compared with it.",
    completion: .models)
  static let classes = Option<[String]>(
    "class", value: "C,…", help: "The classes; none, or all: every one.")
  static let vector = Option<TCAVQuestion.Vector>(
    "cav",
    help: "The direction of an action unit: the normal of a logistic regression, or the "
      + "difference of means (FastCAV).", default: .logistic)
  static let random = Option<Int>(
    "random", value: "N", help: "Sets of random labels to test against, at least 20.",
    default: 100
  ) { $0 < TCAVQuestion.fewestRandom ? "is below \(TCAVQuestion.fewestRandom)" : nil }

  static let configuration = CommandConfiguration(
    commandName: "tcav",
    abstract: "Tells which action units push a network towards a class.",
    discussion: """
      A row a variant, layer, action unit and class: the share of the class's samples whose loss \
      would fall if the layer showed more of the action unit (TCAV; lo, hi: 95% interval by \
      bootstrap over subjects), the same along directions of random labels, p against those, and \
      p after Holm over the rows of the layer. Where gradients of a class agree, nearly every \
      direction scores 0 or 1 and p cannot be small: sensitivity, how fast the loss falls on \
      average along the direction, and its own p tell more. With several variants delta is the change from the \
      first, with an interval and p over subjects. cav_auc tells how well the direction separates \
      the samples: one that does not means nothing. The networks are run on stored inputs.
      """,
    examples: [
      Example(
        "lethe concept tcav --au 6,12 --layer conv5_3 --model emotion --class happiness",
        "Whether a smile makes happiness"),
      Example(
        "lethe concept tcav --layer conv5_3 --model emotion,emotion-after-pain-b1 --csv -o tcav.csv",
        "What changed, for every action unit and class"),
    ],
    parameters: [
      units, layers, models, classes, vector, random, RandomOptions.group, SelectionOptions.group,
      OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = TCAVQuestion(models: values[Self.models], layers: values[Self.layers])
    question.actionUnits = ConceptArguments.units(of: values[Self.units])
    question.classes = ConceptArguments.named(values[Self.classes])
    question.vector = values[Self.vector]
    question.random = values[Self.random]
    question.selection = SelectionOptions.selection(values)
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.permutations = values[RandomOptions.permutations]
    try Asking.answer(values, on: console) { asking in
      try asking.session.tcav(question, of: asking.store)
    }
  }
}
