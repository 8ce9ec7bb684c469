/// The help of one command, wrapped to the width of the terminal.
public struct HelpText {
  /// The help, ending with a line break.
  public let text: String

  /// Writes the help of a command.
  public init(_ node: CommandNode, width: Int) {
    let configuration = node.configuration
    var blocks = [
      wrap(configuration.abstract, width: width),
      "Usage: " + UsageLine(node).text,
    ]
    if !configuration.discussion.isEmpty {
      blocks.append(wrap(configuration.discussion, width: width))
    }
    for group in node.groups {
      let rows = group.children.map {
        (term: $0.configuration.commandName, text: $0.configuration.abstract)
      }
      blocks.append("\(group.name):\n" + columns(rows, width: width))
    }
    for section in ParameterSection.all(of: node) {
      blocks.append("\(section.title):\n" + columns(section.rows, width: width))
    }
    let examples = configuration.examples.map { "  # \($0.purpose)\n  \($0.command)" }
    blocks.append("Examples:\n" + examples.joined(separator: "\n"))
    if node.isFolder { blocks.append("'\(node.name) COMMAND --help' says more of a command.") }
    text = blocks.joined(separator: "\n\n") + "\n"
  }
}
