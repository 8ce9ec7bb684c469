import CommandLineKit
import Query

/// `lethe relevance check`: whether heat maps say what a network uses.
struct RelevanceCheckCommand: ParsableCommand {
  static let model = Argument<String>("model", help: "The variant.", completion: .models)
  static let layers = Option<[String]>(
    "layer", value: "L,…",
    help: "Layers of the randomisation to tell of; none: all that have weights.",
    completion: .layers)
  static let samples = Option<Int>(
    "samples", value: "N", help: "The most samples, drawn by the seed.", default: 64
  ) { $0 > 0 ? nil : "is not above 0" }
  static let patch = Option<Int>(
    "patch", value: "PIXELS", help: "The side of a patch.", default: 8
  ) { (1...4096).contains($0) ? nil : "is not between 1 and 4096" }
  static let steps = Option<Int>(
    "steps", value: "N", help: "In how many steps patches are removed.", default: 16
  ) { (1...10_000).contains($0) ? nil : "is not between 1 and 10000" }
  static let curves = Flag("curves", help: "The whole curves instead of their areas.")

  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Tells whether heat maps say what a network uses.",
    discussion: """
      Perturbation: patches of the picture are replaced by its mean colour while the probability \
      of the class is watched: the most relevant first, at random, the least relevant first. aopc \
      is the mean loss over the steps, area the area under the curve; a good heat map loses more \
      in the first order than in the others. Randomisation: from the logits down the layers get \
      fresh weights; rank_correlation tells how much the maps still resemble the real ones, and \
      should fall. Means over samples with 95% intervals by bootstrap over subjects.
      """,
    examples: [
      Example("lethe relevance check emotion", "Both checks over 64 pictures"),
      Example(
        "lethe relevance check emotion --layer logits,conv1_1 --samples 256 "
          + "--composite epsilon-gamma-box", "By other rules, two stages of the cascade"),
      Example("lethe relevance check emotion --curves --csv -o curves.csv", "To be plotted"),
    ],
    parameters: [
      model, OptionGroup("Checks", [samples, layers, patch, steps, curves]), MethodOptions.group,
      WritingOptions.threads,
      OptionGroup("Chance", [RandomOptions.seed, RandomOptions.resamples]),
      SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = RelevanceCheckQuestion(model: values[Self.model])
    question.selection = SelectionOptions.selection(values)
    question.limit = values[Self.samples]
    question.method = MethodOptions.method(values)
    question.layers = values[Self.layers]
    question.patch = values[Self.patch]
    question.steps = values[Self.steps]
    question.hasCurves = values[Self.curves]
    question.seed = values[RandomOptions.seed]
    question.resamples = values[RandomOptions.resamples]
    question.threads = values[WritingOptions.threads]
    try Asking.answer(values, on: console) { asking in
      try asking.session.relevanceCheck(question, of: asking.store)
    }
  }
}
