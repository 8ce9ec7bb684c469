import CommandLineKit
import Query

/// A command that writes a whole public view in one format.
protocol RowExport: ParsableCommand {
  static var format: OutputFormat { get }
  var values: ArgumentValues { get }
}

/// What an export of rows takes.
enum RowExportOptions {
  static let view = Argument<String>(
    "view", help: "The public view; 'lethe schema' lists them.", completion: .views)

  static let parameters: [any ParameterConvertible] = [
    view, SelectionOptions.wholeGroup,
    OptionGroup("Output", [OutputOptions.output, OutputOptions.limit, OutputOptions.timeout]),
  ]
}

extension RowExport {
  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let asking = try Asking(context)
    let answer = try asking.session.view(
      values[RowExportOptions.view], SelectionOptions.selection(values))
    try RowOutput(context, format: Self.format).write(answer, of: asking.session)
  }
}
