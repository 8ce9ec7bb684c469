import CommandLineKit
import Query
import Warehouse

/// `lethe neurons index`: makes what questions about units are looked up in.
struct NeuronsIndexCommand: ParsableCommand {
  static let layers = Argument<[String]>(
    "layer", help: "The layers; none: every layer.", completion: .layers)
  static let positions = Flag(
    "positions", help: "Also of single positions, for 'neurons top LAYER:CHANNEL@ROW,COLUMN'.")
  static let force = Flag("force", help: "Make it anew even if it is there.")

  static let configuration = CommandConfiguration(
    commandName: "index",
    abstract: "Makes the index that questions about units are looked up in.",
    discussion: """
      A row an index: its bytes, and their share of whole maps in float32. Of channels: the \
      maximum and mean in every picture, a column a channel. Of positions: for each the sixteenth \
      of the pictures in which it is most active, from stored maps, or from running the network \
      once over all pictures. Indexes lie under index/ in the warehouse, each with its checksum. \
      They follow from what is stored: they can be deleted at any time, and are made anew when it \
      has changed or their file is damaged. While another process writes to the warehouse none is \
      made: that is an error with code 1.
      """,
    examples: [
      Example("lethe neurons index --model emotion --dataset emotion", "Channels of every layer"),
      Example(
        "lethe neurons index conv5_3 --positions --model emotion --dataset emotion",
        "One layer, its positions too"),
    ],
    parameters: [
      layers, positions, force, NeuronArguments.model, SelectionOptions.dataset,
      WritingOptions.threads, OutputOptions.rowsGroup,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    var question = NeuronIndexQuestion()
    question.layers = values[Self.layers]
    question.hasPositions = values[Self.positions]
    question.isForced = values[Self.force]
    question.model = values[NeuronArguments.model]
    question.dataset = values[SelectionOptions.dataset]
    question.threads = values[WritingOptions.threads]
    try context.writing("an index of units") { store in
      try make(question, in: Asking(store, timeout: values[OutputOptions.timeout]), context)
    }
  }

  private func make(
    _ question: NeuronIndexQuestion, in asking: Asking, _ context: Context
  ) throws {
    var bar: ProgressBar?
    defer { bar?.finish() }
    let answer = try asking.session.neuronIndexes(question, of: asking.store) {
      layer, done, total in
      let current = bar ?? context.progress("index", total: total, unit: "indexes")
      current.update(done, note: layer)
      bar = current
    }
    bar?.finish()
    bar = nil
    defer { for note in answer.notes { context.note(note) } }
    try RowOutput(context).write(answer, of: asking.session)
  }
}
