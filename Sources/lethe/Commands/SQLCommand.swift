import CommandLineKit
import Query

/// `lethe sql`: any question to the catalogue.
struct SQLCommand: ParsableCommand {
  static let statement = Argument<String?>(
    "statement", help: "The statement; - reads it from standard input.")
  static let file = Option<String?>(
    "file", short: "f", value: "FILE", help: "Read the statement from a file.",
    completion: .file(extensions: ["sql"]))
  static let parameters = Option<[String]>(
    "parameter", short: "p", value: "NAME=VALUE",
    help: "The value of :NAME in the statement; may be repeated.", separated: false)

  static let configuration = CommandConfiguration(
    commandName: "sql",
    abstract: "Answers one SQL statement; it cannot write.",
    discussion: """
      The statement is SQLite's SQL over the public views and stored activations: 'lethe schema' \
      lists them with their columns. Parameters are named (:model); -p model=emotion gives a \
      number where the value is written like one, else text, and -p "name='7'" gives text in any \
      case.
      """,
    examples: [
      Example(
        "lethe sql \"SELECT model, split, avg(correct) FROM predictions GROUP BY 1, 2\"",
        "The accuracy of every variant"),
      Example(
        "lethe sql -p au=12 \"SELECT count(*) FROM aus WHERE au = :au\"",
        "How many pictures show AU12"),
      Example("lethe sql -f question.sql --json", "A statement from a file"),
      Example("echo 'SELECT * FROM runs' | lethe sql -", "A statement from a pipe"),
    ],
    parameters: [statement, file, parameters, OutputOptions.rowsGroup])

  let values: ArgumentValues

  func validate() throws {
    switch (values[Self.statement], values[Self.file]) {
    case (nil, nil): throw ValidationError("missing STATEMENT, or -f FILE")
    case (.some, .some): throw ValidationError("STATEMENT and --file exclude each other")
    default: break
    }
  }

  func run(_ console: Console) throws {
    let context = Context(values: values, console: console)
    let statement = SQLStatement(
      try text(), try values[Self.parameters].map(ParameterText.parse))
    let asking = try Asking(context, timeout: values[OutputOptions.timeout])
    try RowOutput(context).write(statement, of: asking.session)
  }

  private func text() throws -> String {
    if let path = values[Self.file] { return try TextInput.read(path) }
    let statement = values[Self.statement] ?? ""
    return statement == "-" ? try TextInput.read("-") : statement
  }
}
