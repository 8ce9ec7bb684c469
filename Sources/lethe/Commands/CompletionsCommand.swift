import CommandLineKit
import Query
import Warehouse

/// `lethe completions`: scripts that teach a shell the commands.
struct CompletionsCommand: ParsableCommand {
  enum Names: String, CaseIterable, ExpressibleByArgument {
    case datasets
    case layers
    case models
    case views

    var sql: String {
      switch self {
      case .datasets: "SELECT dataset FROM datasets ORDER BY 1"
      case .layers: "SELECT layer FROM layers GROUP BY layer ORDER BY min(ordinal), layer"
      case .models: "SELECT model FROM models ORDER BY 1"
      case .views: "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY 1"
      }
    }
  }

  static let shell = Argument<CompletionShell?>("shell", help: "The shell to write for.")
  // Called by the scripts themselves.
  static let list = Option<Names?>("list", help: "Print the names of a kind.", isHidden: true)

  static let configuration = CommandConfiguration(
    commandName: "completions",
    abstract: "Writes the completions of a shell.",
    discussion: "They offer commands, options, choices and files, and the names of models, data "
      + "sets and layers in $LETHE_WAREHOUSE or ./lethe-warehouse.",
    examples: [
      Example("source <(lethe completions bash)", "Complete in this bash"),
      Example(
        "lethe completions zsh > ~/.zfunc/_lethe", "Complete in zsh, from a folder of $fpath"),
      Example(
        "lethe completions fish > ~/.config/fish/completions/lethe.fish", "Complete in fish"),
    ],
    parameters: [shell, list])

  let values: ArgumentValues

  func validate() throws {
    if values[Self.shell] == nil && values[Self.list] == nil {
      throw ValidationError("missing SHELL: bash, zsh or fish")
    }
  }

  func run(_ console: Console) throws {
    if let names = values[Self.list] {
      let asking = try Asking(Context(values: values, console: console))
      for name in try asking.session.table(SQLStatement(names.sql)).rows.compactMap(\.first?.string)
      {
        try console.output.write(name + "\n")
      }
    } else if let shell = values[Self.shell] {
      try console.output.write(shell.script(for: CommandNode(Lethe.self)))
    }
  }
}
