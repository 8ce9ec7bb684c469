import CommandLineKit
import Query

/// A command that writes a whole public view, or the rows of a query, in one format.
protocol RowExport: ParsableCommand {
  static var format: OutputFormat { get }
  var values: ArgumentValues { get }
}

/// What an export of rows takes.
enum RowExportOptions {
  static let view = Argument<String?>(
    "view", help: "The public view; 'lethe schema' lists them.", completion: .views)
  static let query = Option<String?>(
    "query", value: "SQL", help: "A statement instead of a view; - reads it from standard input.")
  static let provenance = Flag(
    "provenance",
    help: "Add columns that say where the rows come from: \(columns).")

  static let parameters: [any ParameterConvertible] = [
    view, OptionGroup("Instead of a view", [query, SQLCommand.parameters]),
    SelectionOptions.wholeGroup,
    OptionGroup(
      "Output", [provenance, OutputOptions.output, OutputOptions.limit, OutputOptions.timeout]),
  ]

  private static let columns = Provenance.columns.joined(separator: ", ")
}

extension RowExport {
  func validate() throws {
    let (view, query) = (values[RowExportOptions.view], values[RowExportOptions.query])
    switch (view, query) {
    case (nil, nil): throw ValidationError("missing VIEW, or --query SQL")
    case (.some, .some): throw ValidationError("VIEW and --query exclude each other")
    default: break
    }
    if query == nil, !values[SQLCommand.parameters].isEmpty {
      throw ValidationError("--parameter belongs to --query")
    }
    if query != nil, SelectionOptions.selection(values) != Selection() {
      throw ValidationError(
        "--query chooses its samples itself: --dataset, --split and --where belong to a view")
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    let statement = try statement(asking.session)
    var output = RowOutput(context, format: Self.format)
    if values[RowExportOptions.provenance] {
      let words = ["lethe"] + CommandLine.arguments.dropFirst().map(quoted)
      output.provenance = try Provenance(
        version: Lethe.version, command: words.joined(separator: " "), statement: statement,
        in: asking.session)
    }
    try output.write(statement, of: asking.session)
  }

  /// A word of a command line as a shell takes it.
  private func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || Array("_-+./:=,".utf8).contains(byte)
    }
    return isPlain && !word.isEmpty
      ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }

  private func statement(_ session: ReadOnlySession) throws -> SQLStatement {
    if let query = values[RowExportOptions.query] {
      return SQLStatement(
        query == "-" ? try TextInput.read("-") : query,
        try values[SQLCommand.parameters].map(ParameterText.parse))
    }
    let view = values[RowExportOptions.view] ?? ""
    let answer = try session.view(view, SelectionOptions.selection(values))
    guard let statement = answer.statements.first else {
      throw ValidationError("\(view) has no rows to write")
    }
    return statement
  }
}
