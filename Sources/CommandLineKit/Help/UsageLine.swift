/// The one line that shows how a command is called.
public struct UsageLine {
  /// The line, without a heading.
  public let text: String

  /// Writes the line of a command.
  public init(_ node: CommandNode) {
    var parts = [node.name]
    let own = node.configuration.parameters
    for parameter in own where parameter.kind == .option && parameter.isRequired {
      parts.append("\(parameter.displayName) \(parameter.valueName)")
    }
    if node.parameters.contains(where: { $0.kind != .positional && !$0.isRequired && !$0.isHidden })
    {
      parts.append("[OPTIONS]")
    }
    for parameter in own where parameter.kind == .positional {
      let name = parameter.valueName + (parameter.isRepeating ? "…" : "")
      parts.append(parameter.isRequired ? name : "[\(name)]")
    }
    if node.isFolder { parts.append("COMMAND") }
    text = parts.joined(separator: " ")
  }
}
