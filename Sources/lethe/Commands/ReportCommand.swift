import CommandLineKit
import Query

/// `lethe report`: the whole answer as one HTML file.
struct ReportCommand: ParsableCommand {
  static let output = Option<String>(
    "output", short: "o", value: "FILE", help: "The file, which appears when it is whole.",
    default: "report.html", completion: .file(extensions: ["html"]))
  static let pictures = Option<Int>(
    "pictures", value: "N", help: "The most pictures in the gallery.", default: 500
  ) { (0...5_000).contains($0) ? nil : "is not between 0 and 5000" }

  static let noRelevance = Flag(
    "no-relevance", help: "Leave out the relevance maps, which have to be computed if not kept.")

  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Writes the whole answer as one HTML page.",
    discussion: """
      The points of lethe verdict with their figures and whole tables, each with the command and the \
      SQL that made it, and a gallery of the forgotten pictures that can be narrowed down by label, \
      action unit, person and confidence. Pictures can be marked and hypotheses written down while \
      looking; lethe hypothesis takes the saved file in. The file needs nothing beside itself and \
      asks nothing of any network.
      """,
    examples: [
      Example("lethe report emotion emotion-after-pain-b1 -o report.html", "Then open it"),
      Example(
        "lethe report emotion emotion-after-pain-b1 --where \"subject LIKE 'e0%'\" -o some.html",
        "Over some people only"),
    ],
    parameters: VariantPair.parameters + [
      OptionGroup("Output", [output, pictures, noRelevance, OutputOptions.timeout]),
      WritingOptions.threads, RandomOptions.seed,
      SelectionOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    var verdict = VerdictQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    verdict.selection = SelectionOptions.selection(values)
    verdict.threads = values[WritingOptions.threads]
    verdict.seed = values[RandomOptions.seed]
    var question = ReportQuestion(verdict)
    question.pictures = values[Self.pictures]
    question.withRelevance = !values[Self.noRelevance]
    question.threads = values[WritingOptions.threads]
    let path = values[Self.output]
    let summary = try asking.session.writeReport(
      question, of: asking.store, version: Lethe.version, to: path)
    context.note(
      "\(path): \(ByteText.of(summary.bytes)), \(summary.pictures.shown) of "
        + "\(summary.pictures.all) forgotten pictures")
  }
}
