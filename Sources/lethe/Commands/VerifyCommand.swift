import CommandLineKit
import Query
import Warehouse

/// `lethe verify`: whether a warehouse is what it says.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks that every file is what its row says, and that rows and arrays agree.",
    discussion: """
      Reads every file of the warehouse once, indexes too. A row a finding; none and code 0 if all \
      is sound, code 3 if something differs.
      """,
    examples: [
      Example("lethe verify", "After a copy, or a crash of the machine"),
      Example("lethe -w study verify --quiet && echo sound", "In a script"),
    ],
    parameters: [OutputOptions.listGroup])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let store = try Store.open(context.warehouse, for: .reading)
    var bar: ProgressBar?
    defer { bar?.finish() }
    var total = 0
    let findings = try store.verify { progress in
      try Interruption.check()
      let megabyte = 1_000_000
      if bar == nil {
        bar = context.progress("verify", total: progress.total / megabyte, unit: "MB")
      }
      total = progress.total
      bar?.update(progress.done / megabyte, note: progress.file)
    }
    bar?.finish()
    try store.close()
    guard !findings.isEmpty else { return context.note("sound: \(ByteText.of(total)) read") }
    let rows = findings.map { finding -> [Cell] in
      [.text(finding.kind.rawValue), .text(finding.subject), .text(finding.problem)]
    }
    try RowOutput(context).write(Table(columns: ["kind", "subject", "problem"], rows: rows))
    throw ExitCode.nothingFound
  }
}
