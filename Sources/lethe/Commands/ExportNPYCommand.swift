import CommandLineKit
import Query

/// `lethe export npy`: stored arrays for NumPy.
struct ExportNPYCommand: ParsableCommand {
  enum Tier: String, CaseIterable, ExpressibleByArgument {
    case maps
    case pooled
  }

  static let model = Option<String>(
    required: "model", value: "NAME", help: "The network whose layers or inputs are meant.",
    completion: .models)
  static let layer = Option<String?>(
    "layer", value: "NAME", help: "What a layer said.", completion: .layers)
  static let tier = Option<Tier>("tier", help: "Which form of it.", default: .maps)
  static let inputs = Flag("inputs", help: "The inputs, before they were normalised.")
  static let mask = Option<Int?>(
    "mask", value: "AU", help: "The masks of an action unit in input pixels.")
  static let output = Option<String>(
    required: "output", short: "o", value: "FILE",
    help: "The file, which appears when it is whole.",
    completion: .file(extensions: ["npy"]))
  static let ids = Option<String?>(
    "ids", value: "FILE", help: "Write the ids and paths of the samples to a CSV file.",
    completion: .file(extensions: ["csv"]))

  static let configuration = CommandConfiguration(
    commandName: "npy",
    abstract: "Writes a stored array as a NumPy file.",
    discussion: """
      The first axis is the samples in ascending sample_id, then come the channels. Maps are \
      de-quantised to float32 [n, C, H, W]; pooled is the mean and the maximum of each channel, \
      float32 [n, C, 2]; inputs are uint8 [n, C, H, W]; masks are uint8 [n, H, W], empty where \
      the action unit is absent.
      """,
    examples: [
      Example(
        "lethe export npy --layer pool5 --model emotion -o pool5.npy --ids samples.csv",
        "The maps of a layer, and which sample each row is"),
      Example(
        "lethe export npy --layer conv5_3 --tier pooled --model pain-b5 --dataset faces-emotion "
          + "-o conv5_3.npy", "Mean and maximum of its channels"),
      Example("lethe export npy --mask 12 --model emotion -o au12.npy", "The masks of AU12"),
    ],
    parameters: [
      OptionGroup("Which array", [model, layer, tier, inputs, mask]),
      SelectionOptions.wholeGroup, OptionGroup("Output", [output, ids]),
    ])

  let values: ArgumentValues

  func validate() throws {
    let chosen = [
      values[Self.layer] != nil, values[Self.inputs], values[Self.mask] != nil,
    ]
    if chosen.filter({ $0 }).count != 1 {
      throw ValidationError("name one of --layer NAME, --inputs and --mask AU")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context)
    var export = ArrayExport(model: values[Self.model], content: content)
    export.selection = SelectionOptions.selection(values)
    let summary = try asking.session.write(
      export, of: asking.store, to: values[Self.output], ids: values[Self.ids])
    for note in summary.notes { context.note(note) }
    context.note("\(values[Self.output]): \(summary.shape)")
  }

  private var content: ArrayExport.Content {
    if let layer = values[Self.layer] {
      return values[Self.tier] == .maps ? .maps(layer: layer) : .pooled(layer: layer)
    }
    return values[Self.mask].map { .mask(au: $0) } ?? .inputs
  }
}
