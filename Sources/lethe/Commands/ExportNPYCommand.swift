import CommandLineKit
import Query

/// `lethe export npy`: stored arrays for NumPy.
struct ExportNPYCommand: ParsableCommand {
  static let output = Option<String>(
    required: "output", short: "o", value: "FILE",
    help: "The file, which appears when it is whole.",
    completion: .file(extensions: ["npy"]))

  static let configuration = CommandConfiguration(
    commandName: "npy",
    abstract: "Writes a stored array as a NumPy file.",
    discussion: ArrayExportOptions.shapes,
    examples: [
      Example(
        "lethe export npy --layer pool5 --model emotion -o pool5.npy --ids samples.csv",
        "The maps of a layer, and which sample each row is"),
      Example(
        "lethe export npy --layer conv5_3 --tier pooled --model pain-b5 --dataset faces-emotion "
          + "-o conv5_3.npy", "Mean and maximum of its channels"),
      Example("lethe export npy --mask 12 --model emotion -o au12.npy", "The masks of AU12"),
      Example(
        "lethe export npy --relevance epsilon-plus-flat --model emotion -o relevance.npy "
          + "--ids samples.csv", "Relevance that lethe relevance run has kept"),
    ],
    parameters: ArrayExportOptions.groups + [
      OptionGroup("Output", [output, ArrayExportOptions.ids])
    ])

  let values: ArgumentValues

  func validate() throws { try ArrayExportOptions.validate(values) }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context)
    let summary = try asking.session.write(
      ArrayExportOptions.export(values), of: asking.store, to: values[Self.output],
      ids: values[ArrayExportOptions.ids])
    for note in summary.notes { context.note(note) }
    context.note("\(values[Self.output]): \(summary.shape)")
  }
}
