public import CommandLineKit
public import Query
import Warehouse

extension ConceptLoss: ExpressibleByArgument {}

/// `lethe concept fit`: fits action units in layers, and keeps the fits.
struct ConceptFitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fits action units in layers (Net2Vec), and keeps the fits.",
    discussion: """
      A row an action unit, layer and variant. A weight a channel makes a map of where the action \
      unit is, from the stored bits: fitted on train pictures that show it, evaluated on other \
      people. set_iou: how well the map meets the mask; set_iou_all: the same where pictures \
      without the unit count, with an empty mask; presence_auc: whether the map's peak tells that \
      it is there. Beside them the best single channel and three controls: the unit's region \
      where it is absent (control_iou: "finds the mouth" is not "encodes AU12"), equal areas \
      elsewhere, random weights. What is kept already is not fitted again; variants that share \
      a frozen layer share its fits.
      """,
    examples: [
      Example("lethe concept fit --au 12 --layer conv5_3 --model emotion", "One fit"),
      Example("lethe concept fit", "Every action unit, layer and variant"),
      Example(
        "lethe concept fit --au 12,25 --layer conv5_3 --loss published", "As the published code"),
    ],
    parameters: ConceptArguments.selection + [
      ConceptArguments.samples, ConceptArguments.fitting, OutputOptions.rowsGroup,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let set = try context.writing("a concept fit") { writer in
      // Reads beside the writer: a session sees one state, and keeps the catalogue from writing.
      let asking = try Asking(context, timeout: values[OutputOptions.timeout])
      let (bar, report) = context.conceptProgress()
      defer { bar.finish() }
      return try asking.session.concepts(
        ConceptArguments.request(values), of: asking.store, progress: report,
        keep: writer.saveConcepts)
    }
    let asking = try Asking(context)
    defer { for note in set.notes { context.note(note) } }
    try RowOutput(context).write(set.answer, of: asking.session)
  }
}
