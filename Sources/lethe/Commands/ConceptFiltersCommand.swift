import CommandLineKit
import Query

/// `lethe concept filters`: the channels that carry an action unit.
struct ConceptFiltersCommand: ParsableCommand {
  static let unit = Argument<String>(
    "au", help: "The action unit: 12 or AU12.",
    check: { ConceptArguments.isUnit($0) && $0 != "all" ? nil : "is no number of an action unit" })
  static let count = Option<Int>(
    "count", short: "k", value: "N", help: "Channels of each layer.", default: 10
  ) { $0 > 0 ? nil : "is not above 0" }

  static let configuration = CommandConfiguration(
    commandName: "filters",
    abstract: "Shows which channels carry an action unit, and how they turned.",
    discussion: """
      A row a variant, layer and channel, the greatest weights first: the channel's weight, how \
      well it alone meets the mask (filter_iou), its weight in the first variant that is named, \
      and the cosine between the weights of that variant and this one. Fits that are kept are \
      used, others are computed and not kept.
      """,
    examples: [
      Example(
        "lethe concept filters 12 --layer conv5_3 --model emotion,pain-b1",
        "What became of the channels of AU12"),
      Example("lethe concept filters 12 --model emotion -k 3", "The three of every layer"),
    ],
    parameters: [
      unit, ConceptArguments.models, ConceptArguments.layers, count, ConceptArguments.samples,
      ConceptArguments.fitting, OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let (bar, report) = context.conceptProgress()
    try Asking.answer(values, on: console) { asking in
      defer { bar.finish() }
      return try asking.session.conceptFilters(
        ConceptArguments.request(values, units: [values[Self.unit]]), count: values[Self.count],
        of: asking.store, progress: report)
    }
  }
}
