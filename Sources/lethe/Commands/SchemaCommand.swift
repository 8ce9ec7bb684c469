import CommandLineKit
import Query

/// `lethe schema`: the views that questions are asked of.
struct SchemaCommand: AskingCommand {
  static let view = Argument<String?>(
    "view", help: "Only this view or table function.", completion: .views)
  static let sql = Flag("sql", help: "Show the SQL that made tables and views instead.")

  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Lists the public views and table functions, their columns and what these mean.",
    discussion: "Names are only ever added. The tables below the views are private.",
    examples: [
      Example("lethe schema", "Every view and column"),
      Example("lethe schema transitions", "The columns of one view"),
      Example("lethe schema activations", "The columns and arguments of a table function"),
      Example("lethe schema transitions --sql --jsonl", "How the view is made"),
    ],
    parameters: [view, sql, OutputOptions.group])

  let values: ArgumentValues

  func answer(_ session: ReadOnlySession) throws -> Answer {
    values[Self.sql]
      ? try session.schemaSQL(of: values[Self.view])
      : try session.schema(of: values[Self.view])
  }
}
