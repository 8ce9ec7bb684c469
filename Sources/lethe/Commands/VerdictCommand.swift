import CommandLineKit
import Query
import Warehouse

/// `lethe verdict`: the whole answer to what was forgotten between two variants.
struct VerdictCommand: ParsableCommand {
  static let folder = Option<String?>(
    "csv-dir", value: "DIR", help: "Also write each point's whole table as CSV into this folder.",
    completion: .directory)
  static let layers = Option<[String]>(
    "layer", value: "L,…",
    help: "The layers that probes, concepts and sensitivity are asked of; none: ends of blocks and "
      + "dense layers, all convolutions, and the last one.",
    completion: .layers)

  static let configuration = CommandConfiguration(
    commandName: "verdict",
    abstract: "Gives the whole answer: ten points on what a network forgot.",
    discussion: """
      In this order: flips against chance; by class; along the ladder; action units of the \
      forgotten pictures; similarity of layers; what layers still decode (hidden or lost); concepts \
      of action units with their controls; sensitivity (TCAV); relevance, where it was kept; the \
      forgotten \
      pictures. Each point is a finding and an excerpt of its table; --csv-dir writes the tables \
      whole. As --csv or --json there is a row a point. A point whose data are not in the warehouse \
      says which command brings them.
      """,
    examples: [
      Example("lethe verdict emotion emotion-after-pain-b1", "What the full fine-tune forgot"),
      Example(
        "lethe verdict emotion emotion-after-pain-b1 --csv-dir verdict",
        "With every table whole, as CSV"),
      Example("lethe verdict emotion emotion-after-pain-b1 --json", "The findings for a script"),
    ],
    parameters: VariantPair.parameters + [
      folder, layers, WritingOptions.threads, RandomOptions.seed, SelectionOptions.group,
      OutputOptions.group,
    ])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    var question = VerdictQuestion(
      before: values[VariantPair.before], after: values[VariantPair.after])
    question.selection = SelectionOptions.selection(values)
    question.layers = values[Self.layers]
    question.threads = values[WritingOptions.threads]
    question.seed = values[RandomOptions.seed]
    let isForReading = values[OutputOptions.format] == nil && values[OutputOptions.output] == nil
    var tables = try values[Self.folder].map { try PointTables(folder: $0) }
    let printed = PointPrinter(console: console)
    var rows = Table(columns: ["point", "topic", "title", "finding", "rows"])
    try asking.session.verdict(question, of: asking.store) { point in
      try tables?.add(point)
      if values[OutputOptions.showSQL] {
        try printed.statements(of: point)
      } else if isForReading {
        try printed.write(point)
      }
      rows.rows.append([
        Cell(point.topic.number), .text(point.topic.rawValue), .text(point.topic.title),
        .text(point.finding), Cell(point.table?.rows.count ?? 0),
      ])
    }
    if let tables { context.note("\(tables.count) tables in \(tables.folder)") }
    guard !isForReading, !values[OutputOptions.showSQL] else { return }
    try RowOutput(context).write(rows)
  }
}
