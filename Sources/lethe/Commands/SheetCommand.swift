import CommandLineKit
import Query

/// `lethe sheet`: a contact sheet of pictures with their relevance before and after.
struct SheetCommand: ParsableCommand {
  static let output = Option<String>(
    "output", short: "o", value: "FILE", help: "The PNG file, which appears when it is whole.",
    default: "sheet.png", completion: .file(extensions: ["png"]))
  static let outcome = Option<Outcome>(
    "outcome", help: "Samples that went so between the two variants.", default: .forgotten)
  static let forgotten = Flag(
    "forgotten", help: "The samples that were forgotten, which is what a sheet shows by itself.")
  static let order = Option<String?>(
    "order-by", value: "SQL",
    help: "Sorts the rows: an expression over sample_id, path, subject, label, confidence_before, "
      + "confidence_after, …; if not given: the surest before first.")
  static let rows = Option<Int>(
    "limit", value: "N", help: "The most rows.", default: 24
  ) { (1...200).contains($0) ? nil : "is not between 1 and 200" }
  static let retina = Flag("retina", help: "Twice the pixels.")

  static let configuration = CommandConfiguration(
    commandName: "sheet",
    abstract: "Writes a contact sheet: pictures, relevance before, relevance after.",
    discussion: """
      A row a sample: the picture with the outlines of its action units, where the relevance lay in \
      the one network and in the other (one colour scale for both, which is stated), label, answers \
      and confidences; at the end the means of all rows. Relevance that was not kept is computed.
      """,
    examples: [
      Example(
        "lethe sheet --forgotten emotion emotion-after-pain-b1 -o sheet.png",
        "The surest that were forgotten"),
      Example(
        "lethe sheet emotion emotion-after-pain-b1 --outcome retained "
          + "--where \"sample_id IN (SELECT sample_id FROM aus WHERE au = 12)\" --retina "
          + "-o smiles.png", "Smiles that both know"),
    ],
    parameters: VariantPair.parameters + [
      OptionGroup(
        "Output", [output, outcome, forgotten, order, rows, retina, OutputOptions.timeout]),
      MethodOptions.group, WritingOptions.threads, SelectionOptions.group,
    ])

  let values: ArgumentValues

  func validate() throws {
    if values[Self.forgotten], values[Self.outcome] != .forgotten {
      throw ValidationError("--forgotten and --outcome say different things: leave out one")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    var question = SheetQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.outcome = values[Self.outcome]
    question.order = values[Self.order]
    question.rows = values[Self.rows]
    question.scale = values[Self.retina] ? 2 : 1
    question.method = MethodOptions.method(values)
    question.threads = values[WritingOptions.threads]
    let path = values[Self.output]
    let summary = try asking.session.writeSheet(question, of: asking.store, to: path)
    context.note(
      "\(path): \(summary.rows) of \(summary.all) samples"
        + (summary.computed == 0 ? "" : ", \(summary.computed) maps computed and not kept"))
  }
}
