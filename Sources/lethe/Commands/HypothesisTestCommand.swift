import CommandLineKit
import Query

/// `lethe hypothesis test`: whether concepts, probes and relevance say the same.
struct HypothesisTestCommand: ParsableCommand {
  static let ids = Option<[Int]>("id", value: "N,…", help: "Only these; none: all of them.")
  static let layer = Option<String?>(
    "layer", value: "L", help: "The layer of concepts and probes; none: the last convolution.",
    completion: .layers)

  static let configuration = CommandConfiguration(
    commandName: "test",
    abstract: "Tests hypotheses against concepts, probes and relevance.",
    discussion: """
      A row a hypothesis and source: the mean change over its action units of presence AUC \
      (concepts), of AUC (probes) and of relevance mass among the forgotten pictures (where it is \
      kept). p is one-sided in the direction that was said, times the number of action units; \
      p_holm is corrected over all rows, so that each further hypothesis has its price. Pictures \
      that a hypothesis was seen on are among those that it is tested on: confirm what matters on \
      another split or data set.
      """,
    examples: [
      Example("lethe hypothesis test", "All of them"),
      Example("lethe hypothesis test --id 2 --layer conv4_3", "One, in another layer"),
    ],
    parameters: [ids, layer, WritingOptions.threads, RandomOptions.seed, OutputOptions.group])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = HypothesisQuestion()
    question.ids = values[Self.ids]
    question.layer = values[Self.layer]
    question.threads = values[WritingOptions.threads]
    question.seed = values[RandomOptions.seed]
    try Asking.answer(values, on: console) { asking in
      try asking.session.hypothesisTests(question, of: asking.store)
    }
  }
}
