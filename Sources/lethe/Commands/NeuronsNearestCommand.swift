public import CommandLineKit
public import Query

extension NeuronNearestQuestion.Distance: ExpressibleByArgument {}

/// `lethe neurons nearest`: the pictures that drive units as a given one does.
struct NeuronsNearestCommand: ParsableCommand {
  static let sample = Argument<String>("sample", help: "The picture: its sample_id, or its path.")
  static let layer = Option<String>(
    required: "layer", value: "L", help: "The layer.", completion: .layers)
  static let units = Option<String?>(
    "units", value: "U,…", help: "The units: 37, 0-15 or 37@2,1; if not given: every channel.")
  static let distance = Option<NeuronNearestQuestion.Distance>(
    "distance", help: "How far two pictures are apart.", default: .l2)

  static let configuration = CommandConfiguration(
    commandName: "nearest",
    abstract: "Finds the pictures that drive units as a given one does.",
    discussion: """
      A row a picture, the nearest first; equally near ones in the order of the data set, the \
      picture itself left out. The distance is over the activations of the units as they are, \
      without scaling. Units are written as in 'lethe neurons top'. The pictures to choose from \
      are those of the picture's own data set unless --dataset says otherwise.
      """,
    examples: [
      Example("lethe neurons nearest 812 --layer fc7 --model emotion", "What fc7 finds alike"),
      Example(
        "lethe neurons nearest 812 --layer conv5_3 --units 3,17,40 --pool mean --model emotion",
        "By the means of three channels"),
      Example(
        "lethe neurons nearest 812 --layer fc7 --model emotion --dataset pain --split all",
        "In other pictures"),
    ],
    parameters: [sample, layer, units, distance]
      + NeuronArguments.lookup + [SelectionOptions.group, OutputOptions.group])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    var question = NeuronNearestQuestion(
      sample: values[Self.sample], layer: values[Self.layer])
    question.units = values[Self.units]
    question.distance = values[Self.distance]
    question.model = values[NeuronArguments.model]
    question.count = values[NeuronArguments.count]
    question.pool = values[NeuronArguments.pool]
    question.selection = SelectionOptions.selection(values)
    question.setting = NeuronArguments.setting(values)
    try Asking.answer(values, on: console) { asking in
      try asking.session.neuronsNearest(question, of: asking.store)
    }
  }
}
