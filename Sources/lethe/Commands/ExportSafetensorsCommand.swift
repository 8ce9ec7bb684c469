import CommandLineKit
import Query

/// `lethe export safetensors`: stored arrays with the ids of their samples in one file.
struct ExportSafetensorsCommand: ParsableCommand {
  static let output = Option<String>(
    required: "output", short: "o", value: "FILE",
    help: "The file, which appears when it is whole.",
    completion: .file(extensions: ["safetensors"]))

  static let configuration = CommandConfiguration(
    commandName: "safetensors",
    abstract: "Writes a stored array and the ids of its samples as a safetensors file.",
    discussion: ArrayExportOptions.shapes + """
       The tensor is called maps, pooled, inputs, masks or relevance; beside it stands sample_id, \
      int64 [n]. The metadata tell the model, the data set, the array, the selection and the \
      version of lethe.
      """,
    examples: [
      Example(
        "lethe export safetensors --layer pool5 --model emotion -o pool5.safetensors",
        "The maps of a layer"),
      Example(
        "lethe export safetensors --relevance epsilon-plus-flat --model emotion "
          + "--where \"subject LIKE 'e0%'\" -o relevance.safetensors",
        "Kept relevance of some people"),
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
      as: .safetensors(metadata: ["lethe": Lethe.version]), ids: values[ArrayExportOptions.ids])
    for note in summary.notes { context.note(note) }
    context.note("\(values[Self.output]): \(summary.shape)")
  }
}
