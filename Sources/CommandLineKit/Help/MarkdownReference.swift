/// The reference of all commands below a root, as Markdown.
public struct MarkdownReference {
  /// The document, ending with a line break.
  public let text: String

  /// Writes the reference; `introduction` stands below its heading.
  public init(_ root: CommandNode, introduction: String) {
    let commands = root.all.filter { !$0.isFolder || $0.path.count == 1 }
    var blocks = ["# \(root.name): reference", introduction]
    blocks += commands.flatMap(Self.blocks)
    text = blocks.joined(separator: "\n\n") + "\n"
  }

  private static func blocks(of node: CommandNode) -> [String] {
    let configuration = node.configuration
    var blocks = [
      "## \(node.name)", configuration.abstract, "```\n\(UsageLine(node).text)\n```",
    ]
    if !configuration.discussion.isEmpty { blocks.append(configuration.discussion) }
    for group in node.groups {
      let rows = group.children.flatMap { $0.isFolder ? $0.children : [$0] }.map { child in
        let anchor = child.path.joined(separator: "-")
        return (term: "[\(child.name)](#\(anchor))", text: child.configuration.abstract)
      }
      blocks.append(table(group.name, rows))
    }
    // What every command inherits is listed once, at the root.
    for section in ParameterSection.all(of: node)
    where node.path.count == 1 || section.title != ParameterSection.globalTitle {
      blocks.append(table(section.title, section.rows.map { ("`\($0.term)`", $0.text) }))
    }
    let examples = configuration.examples.map { "# \($0.purpose)\n\($0.command)" }
    blocks.append("```sh\n" + examples.joined(separator: "\n\n") + "\n```")
    return blocks
  }

  private static func table(_ title: String, _ rows: [(term: String, text: String)]) -> String {
    let lines = rows.map { "| \(escaped($0.term)) | \(escaped($0.text)) |" }
    return (["| \(title) | |", "|---|---|"] + lines).joined(separator: "\n")
  }

  // A bar would end the cell, even within backquotes.
  private static func escaped(_ text: String) -> String {
    text.map { $0 == "|" ? "\\|" : $0 == "\n" ? " " : String($0) }.joined()
  }
}
