import CommandLineKit
import Query

/// `lethe help`: the help of any command, or the reference of all.
struct HelpCommand: ParsableCommand {
  static let command = Argument<[String]>("command", help: "The command; none: all of them.")
  static let markdown = Flag("markdown", help: "Write the reference of all commands as Markdown.")
  static let output = Option<String?>(
    "output", short: "o", value: "FILE", help: "Write to a file.", completion: .file())

  static let configuration = CommandConfiguration(
    commandName: "help",
    abstract: "Shows the help of a command.",
    examples: [
      Example("lethe help flips", "What flips takes and prints"),
      Example("lethe help dataset add", "A command below another"),
      Example("lethe help --markdown -o reference.md", "The reference of all commands"),
    ],
    parameters: [command, markdown, output])

  let values: ArgumentValues

  func run(_ console: Console) throws {
    let root = CommandNode(Lethe.self)
    let text =
      values[Self.markdown]
      ? MarkdownReference(root, introduction: Self.introduction).text
      : HelpText(try root.find(values[Self.command]), width: console.width).text
    if let path = values[Self.output], path != "-" {
      try AtomicFile.write(path) { try $0(Array(text.utf8)) }
    } else {
      try console.output.write(text)
    }
  }

  private static let introduction = """
    Written by `lethe help --markdown` from the tables that parse the command line; do not edit.
    """
}
