import CommandLineKit
import Query

/// `lethe export virelay`: kept relevance for ViRelAy.
struct ExportViRelAyCommand: ParsableCommand {
  static let folder = Argument<String>(
    "folder", help: "The folder, which appears when it is whole; it must be new or empty.",
    completion: .directory)
  static let models = Option<[String]>(
    "models", value: "M,…", help: "The variants, a project each; none: all of them.",
    completion: .models)

  static let configuration = CommandConfiguration(
    commandName: "virelay",
    abstract: "Writes kept relevance as projects for ViRelAy, to look through in a browser.",
    discussion: """
      A project a variant over the samples of which relevance of every one is kept: inputs, heat \
      maps, answers, and for each class a spectral embedding of its heat maps with k-means over \
      it (spectral relevance analysis). samples.csv tells which sample an index is. ViRelAy comes \
      by: pip install virelay.
      """,
    examples: [
      Example(
        "lethe export virelay maps --models emotion,emotion-after-pain-b1",
        "Then: virelay maps/emotion.yaml maps/emotion-after-pain-b1.yaml"),
      Example(
        "lethe export virelay smiles --models emotion "
          + "--where \"sample_id IN (SELECT sample_id FROM aus WHERE au = 12)\"",
        "Of some samples only"),
    ],
    parameters: [folder, models, MethodOptions.group, SelectionOptions.wholeGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context)
    var export = ViRelAyExport(models: values[Self.models])
    export.selection = SelectionOptions.selection(values)
    export.method = MethodOptions.method(values)
    let notes = try asking.session.writeViRelAy(
      export, of: asking.store, to: values[Self.folder])
    for note in notes { context.note(note) }
  }
}
