import CommandLineKit
import Query

/// `lethe relevance channels`: which channels of a layer carried the decision.
struct RelevanceChannelsCommand: ParsableCommand {
  static let layer = Option<String>(
    "layer", value: "L", help: "The layer.", default: "conv5_3", completion: .layers)
  static let outcome = Option<Outcome?>(
    "outcome", help: "Only samples that went so; if not given: all of them.")

  static let configuration = CommandConfiguration(
    commandName: "channels",
    abstract: "Compares which channels of a layer carried the decision before and after.",
    discussion: """
      A row a channel: its share of the relevance that passed the layer, before and after, and the \
      change with its 95% interval by bootstrap over subjects; the largest changes first. Both \
      networks are run on the stored inputs; nothing is kept.
      """,
    examples: [
      Example(
        "lethe relevance channels emotion emotion-after-pain-b1 --layer conv5_3 --outcome forgotten "
          + "--limit 10", "The channels that the forgotten pictures lost")
    ],
    parameters: VariantPair.parameters + [
      layer, outcome, MethodOptions.group, WritingOptions.threads, RandomOptions.seed,
      RandomOptions.resamples, SelectionOptions.group, OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var compare = RelevanceCompareQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    compare.selection = SelectionOptions.selection(values)
    compare.method = MethodOptions.method(values)
    compare.seed = values[RandomOptions.seed]
    compare.resamples = values[RandomOptions.resamples]
    var question = RelevanceChannelsQuestion(compare, layer: values[Self.layer])
    question.outcome = values[Self.outcome]
    question.threads = values[WritingOptions.threads]
    try Asking.answer(values, on: console) { asking in
      try asking.session.relevanceChannels(question, of: asking.store)
    }
  }
}
