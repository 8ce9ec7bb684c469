public import CommandLineKit
public import Query
public import Warehouse

extension NeuronTopQuestion.Combination: ExpressibleByArgument {}
extension ChannelIndex.Pool: ExpressibleByArgument {}

/// `lethe neurons top`: the pictures in which units are most active.
struct NeuronsTopCommand: ParsableCommand {
  static let units = Argument<String>(
    "units", help: "LAYER:CHANNEL, or LAYER:CHANNEL@ROW,COLUMN; more of them after commas.")
  static let combination = Option<NeuronTopQuestion.Combination>(
    "by", help: "What several units are ranked by.", default: .sum)

  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Finds the pictures in which units are most active.",
    discussion: """
      A row a picture, the most active first; equal ones in the order of the data set. A unit is a \
      channel (37: its largest activation, or with --pool mean its mean), several (0-15), or one \
      position of a channel (37@2,1: row 2, column 1, from 0). Answers are exact whatever is \
      stored: channels come from an index, which the first question makes, or from what ingest \
      always keeps; positions from stored maps, or from running the network again over those \
      pictures alone that could be among the first.
      """,
    examples: [
      Example("lethe neurons top conv5_3:37 --model emotion", "What channel 37 answers to"),
      Example(
        "lethe neurons top conv5_3:3,17,40 --by min --model emotion -k 5",
        "Where all three are active"),
      Example(
        "lethe neurons top conv5_3:37@1,2 --model emotion --explain",
        "One position, and what it took to find out"),
    ],
    parameters: [units, combination]
      + NeuronArguments.lookup + [SelectionOptions.group, OutputOptions.group])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = NeuronTopQuestion(units: values[Self.units])
    question.combination = values[Self.combination]
    question.model = values[NeuronArguments.model]
    question.count = values[NeuronArguments.count]
    question.pool = values[NeuronArguments.pool]
    question.selection = SelectionOptions.selection(values)
    question.setting = NeuronArguments.setting(values)
    try Asking.answer(values, on: console) { asking in
      try asking.session.neuronsTop(question, of: asking.store)
    }
  }
}
